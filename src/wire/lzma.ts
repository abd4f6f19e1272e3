import type { Output } from './lzma-output.js';
import type { LengthCoder, LzmaState } from './lzma-state.js';
import type { RangeDecoder } from './range-decoder.js';

/** Decodes one chunk of `size` bytes into the output, which has reserved space for them. */
export function decodeChunk(
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

/** Decodes which earlier distance repeats and moves it to the front; returns true for a match of a single byte. */
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
