/** The decoded output, which is also the dictionary for what follows. */
export class Output {
  length = 0;
  buffer = new Uint8Array(256);

  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Reserves space for this many more bytes; returns false if they would exceed the limit. */
  reserve(size: number): boolean {
    const needed = this.length + size;
    if (needed > this.#maxBytes) return false;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    return true;
  }

  append(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
