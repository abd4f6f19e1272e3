/** The two channels of an admitted worker. Each reads a connection until it closes, and forwards the messages. */
import type { Log } from '../../../diagnostics/index.js';
import { decodeLog, encodeControl, protocolVersion } from '../../../wire/index.js';
import type { WorkerLink } from '../messages.js';
import { Notices } from '../notices.js';
import type { Workers } from '../workers.js';
import type { Connection } from './connection.js';
import { receiveControl } from './control-messages.js';

/** Serves a connection for the worker with its key; resolves when the connection is closed or must be closed. */
export type Serve = (connection: Connection, worker: string) => Promise<void>;

/**
 * Returns functions that serve both kinds of connections. Messages are attributed to the worker with the key of the
 * connection.
 */
export function createChannels(workers: Workers, log: Log): { readonly control: Serve; readonly log: Serve } {
  const notices = new Notices();

  function noteRefused(worker: string, channel: 'control' | 'log', reason: string): void {
    if (notices.isDue(`${worker} ${channel} ${reason}`)) {
      log.warn({ worker, channel, reason }, 'a message was rejected');
    }
  }

  async function serveControl(connection: Connection, worker: string): Promise<void> {
    const session = workers.session(worker);
    const link = linkOver(connection);
    try {
      for (;;) {
        const received = await connection.receive();
        if (received === null) return;
        const [identity, ...frames] = received;
        if (identity?.toString() !== worker) {
          log.warn(
            { worker, claimed: identity?.toString().slice(0, 80), remote: connection.remote },
            'a connection was closed: it claims to be another worker than its certificate belongs to',
          );
          return;
        }
        const result = receiveControl(frames);
        if (result.kind === 'message') await session.handle(link, result.message);
        else if (result.kind === 'refused') noteRefused(worker, 'control', result.reason);
        else {
          log.warn(
            { worker, protocol: result.protocol, wanted: protocolVersion },
            'ignored a HELLO with another protocol version',
          );
        }
      }
    } finally {
      session.disconnected(link);
    }
  }

  async function serveLog(connection: Connection, worker: string): Promise<void> {
    const session = workers.session(worker);
    for (;;) {
      const received = await connection.receive();
      if (received === null) return;
      const decoded = decodeLog(received);
      if (decoded.ok) await session.takeLine(decoded.message);
      else noteRefused(worker, 'log', decoded.reason);
    }
  }

  return { control: serveControl, log: serveLog };
}

function linkOver(connection: Connection): WorkerLink {
  return {
    remote: connection.remote,
    send: (message) => connection.send(encodeControl(message)),
    close: () => {
      connection.close();
    },
  };
}
