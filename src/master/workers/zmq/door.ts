/**
 * One listening port: accepts connections, admits those whose key belongs to a worker, and closes the others after a while.
 *
 * States of the door: `opening` -> `open` -> `closing` (accepts no connections, but still receives what has arrived,
 * for at most two seconds) -> `closed`.
 * States of a connection here: `waiting` (its key is not proven yet, or does not belong to an applied worker) -> `admitted`
 * (served) -> gone; `waiting` -> gone if it is not admitted within `admitWithinMs`, or too many wait. See connection.ts.
 */
import { createServer, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'zeromq';
import { ExternalError, Notices, type Log } from '../../../diagnostics/index.js';
import { codeOf, hasCode } from '../../../host/index.js';
import type { SecretCertificate } from '../../../wire/index.js';
import { networkOf } from '../../../net/index.js';
import type { Serve } from './channels.js';
import { Connection } from './connection.js';
import type { Zap } from './zap.js';

export interface DoorOptions {
  readonly kind: 'control' | 'log';
  readonly address: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly context: Context;
  readonly zap: Zap;
  readonly certificate: SecretCertificate;
  readonly socketDirectory: string;
  readonly admitWithinMs: number;
  /**
   * If more connections than this, and one for each worker, wait to be admitted, the oldest of the address with the most is
   * closed. No address displaces the others. All workers may be behind one address and connect at once, when the master
   * starts again: they must not displace each other.
   */
  readonly maxStrangers: number;
  readonly workerCount: () => number;
  readonly maxConnections: number;
  readonly maxConnectionsPerWorker: number;
  readonly workerOfKey: (publicKey: string) => string | null;
  /** Runs as long as the connection. When it resolves, the connection is closed. */
  readonly serve: Serve;
  readonly log: Log;
}

const drainWithinMs = 2000;

/**
 * Opens a door, which accepts connections from now on.
 * @throws ExternalError when the port cannot be opened
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const server = createServer({ pauseOnConnect: false });
  const door = new Door(server, options);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenError(options, error));
    });
    server.listen(options.port, options.address, resolve);
  });
  server.on('error', (error) => {
    door.noteFailure(error, 'a connection could not be accepted');
  });
  return door;
}

export class Door {
  readonly #server: Server;
  readonly #options: DoorOptions;
  readonly #waiting = new Map<Connection, NodeJS.Timeout>();
  readonly #admitted = new Set<Connection>();
  readonly #notices = new Notices();
  /** Reports about clients that nobody knows, which must not silence those about workers. */
  readonly #strangers = new Notices();
  #accepted = 0;

  constructor(server: Server, options: DoorOptions) {
    this.#server = server;
    this.#options = options;
    server.on('connection', (tcp) => {
      this.#accept(tcp);
    });
  }

  /** Reports a failure, but not every one of a flood of connections. */
  noteFailure(error: unknown, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (!this.#notices.isDue(`${message} ${JSON.stringify(fields)}`, Date.now())) return;
    this.#options.log.error({ channel: this.#options.kind, ...fields, error }, message);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The number of connections, including waiting ones. */
  get connectionCount(): number {
    return this.#waiting.size + this.#admitted.size;
  }

  /** Handles changed certificates: admits waiting connections, and closes those whose certificate was withdrawn. */
  review(): void {
    const { kind, log, workerOfKey } = this.#options;
    for (const connection of [...this.#admitted]) {
      const { publicKey, worker, remote } = connection;
      if (publicKey !== null && workerOfKey(publicKey) === worker) continue;
      log.info({ channel: kind, worker, remote }, 'a connection was closed: its certificate was withdrawn');
      connection.close();
    }
    for (const connection of [...this.#waiting.keys()]) {
      const worker = connection.publicKey === null ? null : workerOfKey(connection.publicKey);
      if (worker !== null) this.#admit(connection, worker);
    }
  }

  /** Accepts no more connections, but still receives what has arrived, for at most two seconds. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const connection of this.#waiting.keys()) connection.close();
    for (const connection of [...this.#admitted]) connection.finish();
    for (let leftMs = drainWithinMs; this.#admitted.size > 0 && leftMs > 0; leftMs -= 20) await sleep(20);
    for (const connection of [...this.#admitted]) connection.close();
    await closed;
  }

  #accept(tcp: TcpSocket): void {
    const { kind, log, maxConnections, maxStrangers, workerCount, admitWithinMs } = this.#options;
    if (this.connectionCount >= maxConnections) {
      tcp.destroy();
      if (this.#notices.isDue('full', Date.now()))
        log.warn({ channel: kind }, 'too many connections: new ones are closed');
      return;
    }
    tcp.setNoDelay(true);
    tcp.setKeepAlive(true, 60_000);
    const connection = this.#open(tcp);
    if (connection === null) return;
    const timer = setTimeout(() => {
      this.#giveUp(connection);
    }, admitWithinMs);
    this.#waiting.set(connection, timer);
    if (this.#waiting.size > maxStrangers + workerCount()) {
      oldestOfMost([...this.#waiting.keys()])?.close();
    }
    connection.start().catch((error: unknown) => {
      this.noteFailure(error, 'cannot create a socket for a new connection');
      connection.close();
    });
  }

  #open(tcp: TcpSocket): Connection | null {
    const { kind, context, zap, certificate, socketDirectory } = this.#options;
    this.#accepted += 1;
    const name = `${kind}-${this.#accepted}`;
    try {
      return Connection.open({
        ...{ name, kind, tcp, context, zap, certificate },
        socketPath: join(socketDirectory, name),
        onKey: (connection, publicKey) => {
          this.#onKey(connection, publicKey);
        },
        onClosed: (connection) => {
          this.#forgetWaiting(connection);
          this.#admitted.delete(connection);
        },
      });
    } catch (error) {
      tcp.destroy();
      this.noteFailure(error, 'cannot create a socket for a new connection');
      return null;
    }
  }

  #giveUp(connection: Connection): void {
    const { kind, log } = this.#options;
    const { publicKey, remote, address } = connection;
    // A connection with a key is reported in `#onKey`.
    if (publicKey === null && this.#strangers.isDue(`silent ${address}`, Date.now())) {
      log.warn({ channel: kind, remote }, 'a connection was closed: no CURVE handshake in time');
    }
    connection.close();
  }

  #onKey(connection: Connection, publicKey: string): void {
    const { kind, log } = this.#options;
    const worker = this.#options.workerOfKey(publicKey);
    if (worker !== null) {
      this.#admit(connection, worker);
    } else if (this.#strangers.isDue(`key ${publicKey}`, Date.now())) {
      log.warn(
        { channel: kind, remote: connection.remote, publicKey },
        'a connection is waiting: no applied worker has this certificate',
      );
    }
  }

  #admit(connection: Connection, worker: string): void {
    const { kind, log, maxConnectionsPerWorker, serve } = this.#options;
    this.#forgetWaiting(connection);
    const others = [...this.#admitted].filter((other) => other.worker === worker).length;
    if (others >= maxConnectionsPerWorker) {
      if (this.#notices.isDue(`many ${worker}`, Date.now()))
        log.warn({ channel: kind, worker }, 'the worker has too many connections');
      connection.close();
      return;
    }
    this.#admitted.add(connection);
    connection.admit(worker);
    serve(connection, worker)
      .catch((error: unknown) => {
        this.noteFailure(error, 'a connection was closed after a failure', { worker });
      })
      .finally(() => {
        connection.close();
      });
  }

  #forgetWaiting(connection: Connection): void {
    clearTimeout(this.#waiting.get(connection));
    this.#waiting.delete(connection);
  }
}

/** Of the connections from the address that has the most, the one that is listed first. */
function oldestOfMost(connections: readonly Connection[]): Connection | undefined {
  const byNetwork = new Map<string, Connection[]>();
  let most: Connection[] = [];
  for (const connection of connections) {
    const network = networkOf(connection.address);
    const some = byNetwork.get(network) ?? [];
    some.push(connection);
    byNetwork.set(network, some);
    if (some.length > most.length) most = some;
  }
  return most[0];
}

function listenError(options: DoorOptions, error: Error): ExternalError {
  return new ExternalError({
    what: `listen for ${options.kind} connections`,
    where: `${options.address}:${options.port}`,
    why: codeOf(error) ?? error.message,
    retry: 'after-change',
    ...(hasCode(error, 'EADDRINUSE')
      ? { hint: 'Stop the program that uses this port, or choose another port.' }
      : {}),
    cause: error,
  });
}
