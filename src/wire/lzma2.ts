/**
 * LZMA2 decoder, written from the LZMA specification (Igor Pavlov, public domain). The output itself is the
 * dictionary, so the caller's limit bounds the memory regardless of the dictionary size that the stream requests.
 */
import type { DecodingWork } from './decoding-work.js';
import { Output } from './lzma-output.js';
import { createState, resetState, sizeOfState, type LzmaState } from './lzma-state.js';
import { decodeChunk } from './lzma.js';
import { number16, RangeDecoder } from './range-decoder.js';

interface Decoded {
  readonly data: Uint8Array;
  /** The offset after the end marker. */
  readonly end: number;
}

const damaged = 'damaged or truncated';

/** Steps per chunk, and per decoded byte: a literal is nine bits, each of which adapts its probability. */
const stepsPerChunk = 100;
const stepsPerByte = 10;

/**
 * Decodes the chunks from `start` up to the end marker; returns a string with the reason on failure.
 * @throws WorkExceeded when that costs too much
 */
export function decodeLzma2(
  bytes: Uint8Array,
  start: number,
  maxBytes: number,
  work: DecodingWork,
): Decoded | string {
  const output = new Output(maxBytes);
  let lzma: LzmaState | null = null;
  let dictionaryStart: number | null = null;
  let at = start;
  while (true) {
    work.spend(stepsPerChunk);
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
      work.spend(size);
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
    if (lzma !== null && control >= 0xa0) work.spend(sizeOfState(lzma));
    if (lzma === null || at + packedSize > bytes.length || packedSize < 5) return damaged;
    if (!output.reserve(size)) return tooLarge(maxBytes);
    work.spend(stepsPerByte * size);
    const input = new RangeDecoder(bytes, at, at + packedSize);
    if (!decodeChunk(lzma, input, output, size, dictionaryStart)) return damaged;
    at += packedSize;
  }
}

function tooLarge(maxBytes: number): string {
  return `it contains more than ${maxBytes} bytes`;
}
