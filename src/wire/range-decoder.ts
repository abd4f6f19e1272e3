/** Decodes bits by their probabilities and adapts these to each decoded bit. */
export class RangeDecoder {
  #range = 0xffffffff;
  #code: number;

  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.#code = ((number16(bytes, at + 1) << 16) | number16(bytes, at + 3)) >>> 0;
    this.#at = at + 5;
  }

  /** Whether the chunk's bytes are used up exactly, as they must be at the end of each LZMA2 chunk. */
  isFinished(): boolean {
    return this.#code === 0 && this.#at === this.#end;
  }

  isOverrun(): boolean {
    return this.#at > this.#end;
  }

  bit(table: Uint16Array, index: number): number {
    const probability = table[index] ?? 1024;
    const bound = (this.#range >>> 11) * probability;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      table[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      table[index] = probability - (probability >>> 5);
      bit = 1;
    }
    this.#normalize();
    return bit;
  }

  directBits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalize();
    }
    return value;
  }

  tree(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left -= 1) node = (node << 1) | this.bit(table, offset + node);
    return node - (1 << bits);
  }

  reverseTree(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let position = 0; position < bits; position += 1) {
      const bit = this.bit(table, offset + node);
      node = (node << 1) | bit;
      value |= bit << position;
    }
    return value;
  }

  #normalize(): void {
    if (this.#range >= 0x1000000) return;
    this.#range = (this.#range << 8) >>> 0;
    const next = this.#at < this.#end ? (this.#bytes[this.#at] ?? 0) : 0;
    this.#code = ((this.#code << 8) | next) >>> 0;
    this.#at += 1;
  }
}

/** Two bytes, big-endian; zeros past the end. */
export function number16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
