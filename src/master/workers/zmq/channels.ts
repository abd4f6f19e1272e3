/** The two channels of an admitted worker. Each reads a connection until it closes, and forwards the messages. */
import { decodeLog, encodeControl, protocolVersion } from '../../../wire/index.js';
import type { WorkerLink } from '../messages.js';
import type { Workers } from '../workers.js';
import type { Connection } from './connection.js';
import { receiveControl } from './control-messages.js';

/** Serves a connection for the worker with its key; resolves when the connection is closed or must be closed. */
export type Serve = (connection: Connection, worker: string) => Promise<void>;

/**
 * Returns functions that serve both kinds of connections. Messages are attributed to the worker with the key of the
 * connection.
 */
export function createChannels(workers: Workers): { readonly control: Serve; readonly log: Serve } {
  async function serveControl(connection: Connection, worker: string): Promise<void> {
    const session = workers.session(worker);
    const link = linkOver(connection);
    try {
      for (;;) {
        const received = await connection.receive();
        if (received === null) return;
        const [identity, ...frames] = received;
        if (identity?.toString() !== worker) {
          session.noteRejected(
            { claimed: identity?.toString().slice(0, 80) },
            'a connection was closed: it claims to be another worker than its certificate belongs to',
          );
          return;
        }
        const result = receiveControl(frames);
        if (result.kind === 'message') await session.handle(link, result.message);
        else if (result.kind === 'refused')
          session.noteRejected({ channel: 'control', reason: result.reason }, 'a message was rejected');
        else {
          session.noteRejected(
            { protocol: result.protocol, wanted: protocolVersion },
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
      else session.noteRejected({ channel: 'log', reason: decoded.reason }, 'a message was rejected');
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
