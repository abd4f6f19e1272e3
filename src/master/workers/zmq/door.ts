/**
 * One listening port: accepts connections, admits those whose key names a worker, closes the others in time.
 */
import { createServer, type AddressInfo, type Socket as TcpSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'zeromq';
import { ExternalError, type Log } from '../../../diagnostics/index.js';
import type { SecretCertificate } from '../../../wire/index.js';
import { Connection } from './connection.js';
import { Notices } from '../notices.js';
import type { Zap } from './zap.js';

export interface DoorOptions {
  readonly kind: 'control' | 'log';
  readonly address: string;
  readonly port: number;
  readonly context: Context;
  readonly zap: Zap;
  readonly certificate: SecretCertificate;
  readonly socketDirectory: string;
  readonly admitWithinMs: number;
  /** When more wait to be admitted, the oldest is closed: a real worker needs milliseconds. */
  readonly maxWaiting: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerWorker: number;
  readonly workerOfKey: (publicKey: string) => string | null;
  /** Runs as long as the connection; when it ends, the connection is closed. */
  readonly serve: (connection: Connection, worker: string) => Promise<void>;
  readonly log: Log;
}

export interface Door {
  readonly port: number;
  /** All connections, those that wait included. */
  readonly connectionCount: number;
  /** Certificates changed: admits who waited for theirs, closes whose was withdrawn. */
  review(): void;
  /** Takes no more, but still receives what has arrived, for at most two seconds. */
  close(): Promise<void>;
}

const drainWithinMs = 2000;

/** @throws ExternalError when the port cannot be had */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { kind, log } = options;
  const waiting = new Map<Connection, NodeJS.Timeout>();
  const admitted = new Set<Connection>();
  const notices = new Notices();
  let count = 0;

  function accept(tcp: TcpSocket): void {
    if (admitted.size + waiting.size >= options.maxConnections) {
      tcp.destroy();
      if (notices.isDue('full')) log.warn({ channel: kind }, 'too many connections: new ones are closed');
      return;
    }
    tcp.setNoDelay(true);
    tcp.setKeepAlive(true, 60_000);
    count += 1;
    const name = `${kind}-${count}`;
    const socketPath = join(options.socketDirectory, name);
    let connection: Connection;
    try {
      const { context, zap, certificate } = options;
      connection = Connection.open({
        name,
        kind,
        tcp,
        socketPath,
        context,
        zap,
        certificate,
        onKey,
        onClosed,
      });
    } catch (error) {
      tcp.destroy();
      log.error({ channel: kind, error }, 'no socket for a new connection');
      return;
    }
    const timer = setTimeout(() => {
      giveUp(connection);
    }, options.admitWithinMs);
    waiting.set(connection, timer);
    const oldest = waiting.keys().next();
    if (waiting.size > options.maxWaiting && oldest.done !== true) oldest.value.close();
    connection.start().catch((error: unknown) => {
      log.error({ channel: kind, error }, 'no socket for a new connection');
      connection.close();
    });
  }

  function giveUp(connection: Connection): void {
    // Whoever has a key was spoken of in `onKey`.
    const host = connection.remote.replace(/:[0-9]+$/, '');
    if (connection.publicKey === null && notices.isDue(`silent ${host}`)) {
      log.warn(
        { channel: kind, remote: connection.remote },
        'a connection was closed: no CURVE handshake in time',
      );
    }
    connection.close();
  }

  function onKey(connection: Connection, publicKey: string): void {
    const worker = options.workerOfKey(publicKey);
    if (worker !== null) {
      admit(connection, worker);
    } else if (notices.isDue(`key ${publicKey}`)) {
      log.warn(
        { channel: kind, remote: connection.remote, publicKey },
        'a connection waits: no applied worker has this certificate',
      );
    }
  }

  function admit(connection: Connection, worker: string): void {
    clearTimeout(waiting.get(connection));
    waiting.delete(connection);
    let others = 0;
    for (const other of admitted) if (other.worker === worker) others += 1;
    if (others >= options.maxConnectionsPerWorker) {
      if (notices.isDue(`many ${worker}`))
        log.warn({ channel: kind, worker }, 'the worker has too many connections');
      connection.close();
      return;
    }
    admitted.add(connection);
    connection.admit(worker);
    options
      .serve(connection, worker)
      .catch((error: unknown) => {
        log.error({ channel: kind, worker, error }, 'a connection was closed after a failure');
      })
      .finally(() => {
        connection.close();
      });
  }

  function onClosed(connection: Connection): void {
    clearTimeout(waiting.get(connection));
    waiting.delete(connection);
    admitted.delete(connection);
  }

  const server = createServer({ pauseOnConnect: false }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(options, error));
    });
    server.listen(options.port, options.address, resolve);
  });
  server.on('error', (error) => {
    log.error({ channel: kind, error }, 'a connection could not be accepted');
  });

  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return waiting.size + admitted.size;
    },
    review() {
      for (const connection of [...admitted]) {
        const { publicKey, worker } = connection;
        if (publicKey !== null && options.workerOfKey(publicKey) === worker) continue;
        log.info(
          { channel: kind, worker, remote: connection.remote },
          'closed: the certificate was withdrawn',
        );
        connection.close();
      }
      for (const connection of [...waiting.keys()]) {
        const worker = connection.publicKey === null ? null : options.workerOfKey(connection.publicKey);
        if (worker !== null) admit(connection, worker);
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const connection of waiting.keys()) connection.close();
      for (const connection of [...admitted]) connection.finish();
      for (let leftMs = drainWithinMs; admitted.size > 0 && leftMs > 0; leftMs -= 20) await sleep(20);
      for (const connection of [...admitted]) connection.close();
      await closed;
    },
  };
}

function listenError(options: DoorOptions, error: NodeJS.ErrnoException): ExternalError {
  return new ExternalError({
    what: `listen for ${options.kind} connections`,
    where: `${options.address}:${options.port}`,
    why: error.code ?? error.message,
    retry: 'after-change',
    ...(error.code === 'EADDRINUSE'
      ? { hint: 'Another program has this port; stop it or choose another.' }
      : {}),
    cause: error,
  });
}
