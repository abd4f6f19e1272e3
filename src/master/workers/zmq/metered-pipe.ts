import type { Socket } from 'node:net';

/** What CURVE and ZMTP add to a frame: about 42 bytes. Rounded up, so that rounding never accumulates to a stop. */
const frameOverhead = 64;
/** Heartbeats are never received as messages. They are about 12 bytes per second. */
const forgottenBytesPerMs = 0.05;

/**
 * Passes bytes from a client to libzmq, and stops reading from the client while more than `most` of them wait for the
 * reader of the messages. libzmq counts messages and not bytes, and does not count a message of many frames before its
 * last one, so its own limits do not bound the memory that a client can use.
 */
export class MeteredPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #most: number;
  #waitingBytes = 0;
  #countedAtMs = performance.now();
  #isDraining = false;

  /** @param most must be more than the largest message with its overhead, which would never be complete otherwise */
  constructor(from: Socket, to: Socket, most: number) {
    this.#from = from;
    this.#to = to;
    this.#most = most;
    from.on('data', (chunk: Buffer) => {
      const nowMs = performance.now();
      const forgotten = (nowMs - this.#countedAtMs) * forgottenBytesPerMs;
      this.#countedAtMs = nowMs;
      this.#waitingBytes = Math.max(0, this.#waitingBytes - forgotten) + chunk.length;
      if (!to.write(chunk)) this.#isDraining = true;
      if (this.#isDraining || this.#waitingBytes > this.#most) from.pause();
    });
    to.on('drain', () => {
      this.#isDraining = false;
      this.#resume();
    });
    from.on('end', () => {
      to.end();
    });
  }

  /** The reader has received a message. */
  received(frames: readonly Buffer[]): void {
    let bytes = 0;
    for (const frame of frames) bytes += frame.length + frameOverhead;
    this.#waitingBytes = Math.max(0, this.#waitingBytes - bytes);
    this.#resume();
  }

  #resume(): void {
    if (!this.#isDraining && this.#waitingBytes <= this.#most && !this.#to.destroyed) this.#from.resume();
  }
}
