/**
 * LZMA2 decoder, after the LZMA specification (Igor Pavlov, public domain). The output itself is the dictionary, so
 * memory is bounded by the caller's limit whatever dictionary size the stream asks for.
 */

interface Decoded {
  readonly data: Uint8Array;
  /** The offset after the end marker. */
  readonly end: number;
}

const damaged = 'damaged or cut short';

/** Decodes the chunks that begin at `start`, up to the end marker; gives why not as text. Never throws. */
export function decodeLzma2(bytes: Uint8Array, start: number, maxBytes: number): Decoded | string {
  const output = new Output(maxBytes);
  let lzma: LzmaState | null = null;
  let dictionaryStart: number | null = null;
  let at = start;
  while (true) {
    const control = bytes[at];
    if (control === undefined) return damaged;
    if (control === 0) return { data: output.bytes(), end: at + 1 };
    const isStored = control < 0x80;
    if (isStored && control > 2) return damaged;
    if (control === 1 || control >= 0xe0) {
      dictionaryStart = output.length;
      if (isStored) lzma = null;
    }
    if (dictionaryStart === null) return damaged;
    const low = number16(bytes, at + 1);
    if (isStored) {
      const size = low + 1;
      if (at + 3 + size > bytes.length) return damaged;
      if (!output.reserve(size)) return tooLarge(maxBytes);
      output.append(bytes.subarray(at + 3, at + 3 + size));
      at += 3 + size;
      continue;
    }
    const size = ((control & 0x1f) << 16) + low + 1;
    const packedSize = number16(bytes, at + 3) + 1;
    at += 5;
    if (control >= 0xc0) {
      const properties = bytes[at] ?? 0xff;
      at += 1;
      lzma = createState(properties);
    } else if (control >= 0xa0 && lzma !== null) {
      resetState(lzma);
    }
    if (lzma === null || at + packedSize > bytes.length || packedSize < 5) return damaged;
    if (!output.reserve(size)) return tooLarge(maxBytes);
    const input = new RangeDecoder(bytes, at, at + packedSize);
    if (!decodeChunk(lzma, input, output, size, dictionaryStart)) return damaged;
    at += packedSize;
  }
}

function tooLarge(maxBytes: number): string {
  return `it holds more than ${maxBytes} bytes`;
}

function number16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

class Output {
  length = 0;
  buffer = new Uint8Array(1 << 16);

  constructor(private readonly maxBytes: number) {}

  /** Makes room for so many more bytes; false when they would pass the limit. */
  reserve(size: number): boolean {
    const needed = this.length + size;
    if (needed > this.maxBytes) return false;
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

/** Probabilities of the length coder. */
interface LengthCoder {
  readonly choice: Uint16Array;
  readonly low: Uint16Array;
  readonly mid: Uint16Array;
  readonly high: Uint16Array;
}

interface LzmaState {
  readonly lc: number;
  readonly lpMask: number;
  readonly pbMask: number;
  state: number;
  reps: [number, number, number, number];
  readonly literals: Uint16Array;
  readonly isMatch: Uint16Array;
  readonly isRep: Uint16Array;
  readonly isRepG0: Uint16Array;
  readonly isRepG1: Uint16Array;
  readonly isRepG2: Uint16Array;
  readonly isRep0Long: Uint16Array;
  readonly slots: Uint16Array;
  readonly special: Uint16Array;
  readonly align: Uint16Array;
  readonly matchLength: LengthCoder;
  readonly repLength: LengthCoder;
}

function createState(properties: number): LzmaState | null {
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const pb = Math.floor(properties / 45);
  if (pb > 4 || lc + lp > 4) return null;
  const state: LzmaState = {
    lc,
    lpMask: (1 << lp) - 1,
    pbMask: (1 << pb) - 1,
    state: 0,
    reps: [0, 0, 0, 0],
    literals: new Uint16Array(0x300 << (lc + lp)),
    isMatch: new Uint16Array(12 << 4),
    isRep: new Uint16Array(12),
    isRepG0: new Uint16Array(12),
    isRepG1: new Uint16Array(12),
    isRepG2: new Uint16Array(12),
    isRep0Long: new Uint16Array(12 << 4),
    slots: new Uint16Array(4 << 6),
    special: new Uint16Array(128),
    align: new Uint16Array(16),
    matchLength: createLengthCoder(),
    repLength: createLengthCoder(),
  };
  resetState(state);
  return state;
}

function createLengthCoder(): LengthCoder {
  return {
    choice: new Uint16Array(2),
    low: new Uint16Array(16 << 3),
    mid: new Uint16Array(16 << 3),
    high: new Uint16Array(256),
  };
}

function resetState(lzma: LzmaState): void {
  lzma.state = 0;
  lzma.reps = [0, 0, 0, 0];
  const { literals, isMatch, isRep, isRepG0, isRepG1, isRepG2, isRep0Long, slots, special, align } = lzma;
  const tables = [literals, isMatch, isRep, isRepG0, isRepG1, isRepG2, isRep0Long, slots, special, align];
  for (const coder of [lzma.matchLength, lzma.repLength]) {
    tables.push(coder.choice, coder.low, coder.mid, coder.high);
  }
  for (const table of tables) table.fill(1024);
}

class RangeDecoder {
  private range = 0xffffffff;
  private code: number;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
  ) {
    this.code = ((number16(bytes, at + 1) << 16) | number16(bytes, at + 3)) >>> 0;
    this.at = at + 5;
  }

  /** Whether the chunk's bytes were used up exactly, as they are at the end of each LZMA2 chunk. */
  isFinished(): boolean {
    return this.code === 0 && this.at === this.end;
  }

  isOverrun(): boolean {
    return this.at > this.end;
  }

  bit(table: Uint16Array, index: number): number {
    const probability = table[index] ?? 1024;
    const bound = (this.range >>> 11) * probability;
    let bit = 0;
    if (this.code < bound) {
      this.range = bound;
      table[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.range -= bound;
      this.code -= bound;
      table[index] = probability - (probability >>> 5);
      bit = 1;
    }
    this.normalize();
    return bit;
  }

  directBits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code -= this.range;
      value = value * 2 + bit;
      this.normalize();
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

  private normalize(): void {
    if (this.range >= 0x1000000) return;
    this.range = (this.range << 8) >>> 0;
    const next = this.at < this.end ? (this.bytes[this.at] ?? 0) : 0;
    this.code = ((this.code << 8) | next) >>> 0;
    this.at += 1;
  }
}

/** Decodes one chunk of `size` bytes into the output, which has room for them. */
function decodeChunk(
  lzma: LzmaState,
  input: RangeDecoder,
  output: Output,
  size: number,
  dictionaryStart: number,
): boolean {
  const end = output.length + size;
  while (output.length < end) {
    if (input.isOverrun()) return false;
    const position = (output.length - dictionaryStart) & lzma.pbMask;
    if (input.bit(lzma.isMatch, (lzma.state << 4) + position) === 0) {
      if (!decodeLiteral(lzma, input, output, dictionaryStart)) return false;
      continue;
    }
    let length: number;
    if (input.bit(lzma.isRep, lzma.state) === 0) {
      const [rep0, rep1, rep2] = lzma.reps;
      length = decodeLength(input, lzma.matchLength, position);
      lzma.state = lzma.state < 7 ? 7 : 10;
      lzma.reps = [decodeDistance(lzma, input, length), rep0, rep1, rep2];
    } else if (isShortRep(lzma, input, position)) {
      lzma.state = lzma.state < 7 ? 9 : 11;
      length = 1;
    } else {
      length = decodeLength(input, lzma.repLength, position);
      lzma.state = lzma.state < 7 ? 8 : 11;
    }
    const distance = lzma.reps[0] + 1;
    if (distance > output.length - dictionaryStart || output.length + length > end) return false;
    const { buffer } = output;
    for (let left = length; left > 0; left -= 1) {
      buffer[output.length] = buffer[output.length - distance] ?? 0;
      output.length += 1;
    }
  }
  return input.isFinished();
}

/** Reads which earlier distance is repeated, and puts it first; true when it is for a single byte. */
function isShortRep(lzma: LzmaState, input: RangeDecoder, position: number): boolean {
  const { state } = lzma;
  const [rep0, rep1, rep2, rep3] = lzma.reps;
  if (input.bit(lzma.isRepG0, state) === 0) {
    return input.bit(lzma.isRep0Long, (state << 4) + position) === 0;
  }
  if (input.bit(lzma.isRepG1, state) === 0) lzma.reps = [rep1, rep0, rep2, rep3];
  else if (input.bit(lzma.isRepG2, state) === 0) lzma.reps = [rep2, rep0, rep1, rep3];
  else lzma.reps = [rep3, rep0, rep1, rep2];
  return false;
}

function decodeLiteral(
  lzma: LzmaState,
  input: RangeDecoder,
  output: Output,
  dictionaryStart: number,
): boolean {
  const { buffer } = output;
  const position = output.length - dictionaryStart;
  const previous = position > 0 ? (buffer[output.length - 1] ?? 0) : 0;
  const context = ((position & lzma.lpMask) << lzma.lc) + (previous >> (8 - lzma.lc));
  const offset = 0x300 * context;
  let symbol = 1;
  if (lzma.state >= 7) {
    if (lzma.reps[0] >= position) return false;
    let matched = buffer[output.length - lzma.reps[0] - 1] ?? 0;
    while (symbol < 0x100) {
      const matchBit = (matched >> 7) & 1;
      matched <<= 1;
      const bit = input.bit(lzma.literals, offset + ((1 + matchBit) << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (matchBit !== bit) break;
    }
  }
  while (symbol < 0x100) symbol = (symbol << 1) | input.bit(lzma.literals, offset + symbol);
  buffer[output.length] = symbol & 0xff;
  output.length += 1;
  if (lzma.state < 4) lzma.state = 0;
  else lzma.state -= lzma.state < 10 ? 3 : 6;
  return true;
}

function decodeLength(input: RangeDecoder, coder: LengthCoder, position: number): number {
  if (input.bit(coder.choice, 0) === 0) return 2 + input.tree(coder.low, position << 3, 3);
  if (input.bit(coder.choice, 1) === 0) return 10 + input.tree(coder.mid, position << 3, 3);
  return 18 + input.tree(coder.high, 0, 8);
}

function decodeDistance(lzma: LzmaState, input: RangeDecoder, length: number): number {
  const lengthState = Math.min(length - 2, 3);
  const slot = input.tree(lzma.slots, lengthState << 6, 6);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** bits;
  if (slot < 14) return base + input.reverseTree(lzma.special, base - slot, bits);
  return base + input.directBits(bits - 4) * 16 + input.reverseTree(lzma.align, 0, 4);
}
