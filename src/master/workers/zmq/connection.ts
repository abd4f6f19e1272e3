/**
 * One accepted TCP connection. ZeroMQ for Node does not report which key a message came from, so a socket shared by all
 * clients could not bind an identity to a key. Therefore each connection gets its own ZeroMQ socket, bound to a path in
 * a private directory, and the bytes are piped between the two; the socket's ZAP domain names the connection.
 *
 * States: `opening` (inner socket not ready) -> `unknown` (handshake, key not known) -> `waiting` (key known, but does
 * not belong to a worker yet) -> `admitted` -> `draining` (the client is gone; what it had sent is still received) ->
 * `closed`; from each state to `closed`. A client in `waiting` is admitted as soon as its certificate is applied. If
 * that takes too long, the door closes it, and the client tries again.
 */
import { connect, type Socket as TcpSocket } from 'node:net';
import { rm } from 'node:fs/promises';
import { Pull, Router, type Context } from 'zeromq';
import type { SecretCertificate } from '../../../wire/index.js';
import { MeteredPipe } from './metered-pipe.js';
import type { Zap } from './zap.js';

export interface ConnectionParts {
  readonly name: string;
  readonly kind: 'control' | 'log';
  readonly tcp: TcpSocket;
  readonly socketPath: string;
  readonly context: Context;
  readonly zap: Zap;
  readonly certificate: SecretCertificate;
  /** The client has proven that it holds this key. */
  readonly onKey: (connection: Connection, publicKey: string) => void;
  readonly onClosed: (connection: Connection) => void;
}

/** Limits of the memory that a peer can use: waiting messages, bytes per frame, and bytes of all waiting messages. */
const limits = {
  control: { receiveHighWaterMark: 10, maxMessageSize: 16 * 1024 * 1024 },
  log: { receiveHighWaterMark: 500, maxMessageSize: 4 * 1024 * 1024 },
} as const;
const maxWaitingBytes = { control: 24 * 1024 * 1024, log: 8 * 1024 * 1024 } as const;

/** If the reader has waited this long, the queue is empty, because messages are delivered immediately. */
const drainedAfterMs = 100;

export class Connection {
  readonly address: string;
  readonly remote: string;
  publicKey: string | null = null;
  /** The worker that the client's key belongs to; null until it is admitted. */
  worker: string | null = null;
  readonly #parts: ConnectionParts;
  readonly #socket: Router | Pull;
  #admitPeer: (() => void) | null = null;
  #inner: TcpSocket | null = null;
  #pipe: MeteredPipe | null = null;
  #lastSend: Promise<void> = Promise.resolve();
  #isBound = false;
  #isClosed = false;
  /** When the reader started to wait for a message; null while it handles one. */
  #waitingSinceMs: number | null = null;
  #drainTimer: NodeJS.Timeout | undefined;

  private constructor( parts: ConnectionParts, socket: Router | Pull) {
    this.#parts = parts;
    this.#socket = socket;
    this.address = parts.tcp.remoteAddress ?? 'unknown';
    this.remote = `${this.address}:${parts.tcp.remotePort ?? 0}`;
    // Followed by 'close'.
    parts.tcp.on('error', () => undefined);
    parts.tcp.on('close', () => {
      this.finish();
    });
  }

  /**
   * Creates the socket of an accepted TCP connection, which must be paused.
   * @throws Error when the socket cannot be created
   */
  static open(parts: ConnectionParts): Connection {
    const options = {
      context: parts.context,
      linger: 0,
      curveServer: true,
      curveSecretKey: parts.certificate.secretKey,
      zapDomain: parts.name,
      // Detects a peer that vanished silently.
      heartbeatInterval: 20_000,
      heartbeatTimeout: 60_000,
      ...limits[parts.kind],
    };
    const socket =
      parts.kind === 'control'
        ? new Router({ ...options, routingId: 'master', sendTimeout: 0 })
        : new Pull(options);
    return new Connection(parts, socket);
  }

  get kind(): 'control' | 'log' {
    return this.#parts.kind;
  }

  /** Binds the inner socket and starts the flow of bytes. */
  async start(): Promise<void> {
    const parts = this.#parts;
    parts.zap.expect(parts.name, (publicKey, admit) => {
      this.publicKey = publicKey;
      this.#admitPeer = admit;
      parts.onKey(this, publicKey);
    });
    await this.#socket.bind(`ipc://${parts.socketPath}`);
    if (this.#isClosed) {
      this.#closeSocket();
      return;
    }
    const inner = connect(parts.socketPath);
    this.#inner = inner;
    this.#isBound = true;
    inner.on('error', () => undefined);
    inner.on('close', () => {
      this.#drain();
    });
    this.#pipe = new MeteredPipe(parts.tcp, inner, maxWaitingBytes[parts.kind]);
    inner.pipe(parts.tcp);
    // It may have closed while the socket was being bound.
    if (parts.tcp.destroyed) inner.end();
  }

  /** Lets the handshake continue, for this worker. */
  admit(worker: string): void {
    this.worker = worker;
    this.#admitPeer?.();
    this.#admitPeer = null;
  }

  /** Returns the frames of the next message; null after the connection is closed. */
  async receive(): Promise<Buffer[] | null> {
    if (this.#isClosed) return null;
    this.#waitingSinceMs = Date.now();
    try {
      const frames = await this.#socket.receive();
      this.#pipe?.received(frames);
      return frames;
    } catch (error) {
      if (this.#socket.closed) return null;
      throw error;
    } finally {
      this.#waitingSinceMs = null;
    }
  }

  /** Sends a message. As on LAVA's master, it is dropped if the client does not read or is gone: messages are repeated. */
  async send(frames: readonly (string | Uint8Array)[]): Promise<void> {
    const socket = this.#socket;
    const { worker } = this;
    if (!(socket instanceof Router) || worker === null) return;
    this.#lastSend = this.#lastSend.then(async () => {
      if (this.#isClosed) return;
      await socket.send([worker, ...frames]).catch(() => undefined);
    });
    await this.#lastSend;
  }

  /** Stops reading from the client, and closes when everything that it had sent is received. */
  finish(): void {
    this.#parts.tcp.destroy();
    if (this.worker === null || this.#inner === null) this.close();
    // libzmq reads to the end, however slowly its messages are received, and then closes its side.
    else this.#inner.end();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#drainTimer);
    this.#parts.zap.forget(this.#parts.name);
    this.#parts.tcp.destroy();
    this.#inner?.destroy();
    // A socket cannot be closed while it binds; `start` closes it afterwards.
    if (this.#isBound) this.#closeSocket();
    this.#parts.onClosed(this);
  }

  /** Called when libzmq has read everything: closes when the queue is empty, that is, when the reader has to wait. */
  #drain(): void {
    if (this.worker === null) {
      this.close();
      return;
    }
    if (this.#isClosed) return;
    this.#parts.tcp.destroy();
    this.#drainTimer ??= setInterval(() => {
      if (this.#waitingSinceMs !== null && Date.now() - this.#waitingSinceMs >= drainedAfterMs) this.close();
    }, drainedAfterMs / 2);
  }

  #closeSocket(): void {
    this.#socket.close();
    void rm(this.#parts.socketPath, { force: true });
  }
}
