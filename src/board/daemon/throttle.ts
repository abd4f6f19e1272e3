/** At most this much output waits. A slow line drops older output, like a console that is not read fast enough. */
const maxWaiting = 256 * 1024;
const tickMs = 20;

/** Passes bytes on, at once or at the speed of a slow serial line (ten bits per byte). */
export class Throttle {
  #waiting = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #baud = 0;

  readonly #emit: (bytes: Buffer) => void;

  constructor(emit: (bytes: Buffer) => void) {
    this.#emit = emit;
  }

  /** 0 means unlimited. */
  setBaud(baud: number): void {
    this.#baud = baud;
    if (baud === 0) this.#flush();
  }

  push(bytes: Buffer): void {
    if (this.#baud === 0) {
      this.#emit(bytes);
      return;
    }
    this.#waiting = Buffer.concat([this.#waiting, bytes]).subarray(-maxWaiting);
    this.#timer ??= setInterval(() => {
      this.#tick();
    }, tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting = Buffer.alloc(0);
  }

  #tick(): void {
    const count = Math.max(1, Math.round((this.#baud / 10) * (tickMs / 1000)));
    if (this.#waiting.length > 0) this.#emit(this.#waiting.subarray(0, count));
    this.#waiting = this.#waiting.subarray(count);
    if (this.#waiting.length === 0) this.stop();
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#emit(this.#waiting);
    this.stop();
  }
}
