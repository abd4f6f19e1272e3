/**
 * The xz container (.xz file format 1.1), in which LAVA's END message contains description.yaml. What we send is
 * stored without compression: LZMA2 has a chunk type for that, every xz decoder reads it, and a description is small.
 * What we receive may be compressed (Python's `lzma.compress`); see lzma2.ts.
 */
import { crc32 } from './crc32.js';
import { decodeLzma2 } from './lzma2.js';

/** The bytes are not an xz stream, are damaged, or contain more than the limit. */
export class XzError extends Error {
  override readonly name = 'XzError';
}

const streamMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const footerMagic = [0x59, 0x5a];
const lzma2FilterId = 0x21;
const checkCrc32 = 1;
/** Size in bytes of the integrity check after a block, by check type. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const storedChunkBytes = 1 << 16;

/** Encodes `data` as an xz stream with one uncompressed block. */
export function encodeXz(data: Uint8Array): Uint8Array {
  const streamFlags = Uint8Array.of(0, checkCrc32);
  const header = concat(Uint8Array.from(streamMagic), streamFlags, u32(crc32(streamFlags)));
  if (data.length === 0) return concat(header, ...closing(streamFlags, []));

  // Block header of 12 bytes: size, flags (one filter, no sizes), LZMA2 with a 64 KiB dictionary, padding, CRC32.
  const blockHeader = Uint8Array.of(2, 0, lzma2FilterId, 1, 8, 0, 0, 0);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += storedChunkBytes) {
    const chunk = data.subarray(at, at + storedChunkBytes);
    const size = chunk.length - 1;
    // 1: stored, with a dictionary reset; 2: stored.
    chunks.push(Uint8Array.of(at === 0 ? 1 : 2, size >> 8, size & 0xff), chunk);
  }
  const block = concat(blockHeader, u32(crc32(blockHeader)), ...chunks, Uint8Array.of(0));
  const unpaddedSize = block.length + 4;
  return concat(
    header,
    block,
    padding(block.length),
    u32(crc32(data)),
    ...closing(streamFlags, [[unpaddedSize, data.length]]),
  );
}

/** Index and stream footer. */
function closing(streamFlags: Uint8Array, records: readonly (readonly [number, number])[]): Uint8Array[] {
  const body = concat(
    Uint8Array.of(0),
    varint(records.length),
    ...records.flatMap(([unpadded, size]) => [varint(unpadded), varint(size)]),
  );
  const padded = concat(body, padding(body.length));
  const index = concat(padded, u32(crc32(padded)));
  const footer = concat(u32(index.length / 4 - 1), streamFlags);
  return [index, u32(crc32(footer)), footer, Uint8Array.from(footerMagic)];
}

/**
 * Decodes an xz stream. Verifies integrity checks of type CRC32 only (Python's default is CRC64): TCP and CURVE
 * protect the bytes in transit. Sizes and structure are always checked.
 * @param maxBytes limit for the data
 * @throws XzError when the stream is damaged, uses other filters or exceeds the limit
 */
export function decodeXz(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length < 12 || streamMagic.some((byte, at) => bytes[at] !== byte)) {
    throw new XzError('not an xz stream');
  }
  const flags = bytes.subarray(6, 8);
  const checkType = (flags[1] ?? 0) & 0x0f;
  const checkSize = checkSizes[checkType] ?? 0;
  if (flags[0] !== 0 || readU32(bytes, 8) !== crc32(flags)) throw new XzError('damaged stream header');

  const parts: Uint8Array[] = [];
  let total = 0;
  let at = 12;
  while (bytes[at] !== 0) {
    const block = decodeBlock(bytes, at, maxBytes - total);
    const checkAt = block.end + ((4 - (block.end % 4)) % 4);
    if (checkAt + checkSize > bytes.length) throw new XzError('truncated stream');
    if (checkType === checkCrc32 && readU32(bytes, checkAt) !== crc32(block.data)) {
      throw new XzError('integrity check failed');
    }
    parts.push(block.data);
    total += block.data.length;
    at = checkAt + checkSize;
  }
  const footer = bytes.subarray(-12);
  if (at + 20 > bytes.length || footer[10] !== footerMagic[0] || footer[11] !== footerMagic[1]) {
    throw new XzError('truncated stream');
  }
  return concat(...parts);
}

function decodeBlock(bytes: Uint8Array, start: number, maxBytes: number): { data: Uint8Array; end: number } {
  const headerSize = ((bytes[start] ?? 0) + 1) * 4;
  const crcAt = start + headerSize - 4;
  if (crcAt + 4 > bytes.length) throw new XzError('truncated stream');
  if (readU32(bytes, crcAt) !== crc32(bytes.subarray(start, crcAt)))
    throw new XzError('damaged block header');
  const flags = bytes[start + 1] ?? 0;
  if ((flags & 0x3f) !== 0) throw new XzError('it uses filters other than LZMA2');
  let at = start + 2;
  if ((flags & 0x40) !== 0) at = skipVarint(bytes, at, crcAt);
  if ((flags & 0x80) !== 0) at = skipVarint(bytes, at, crcAt);
  if (bytes[at] !== lzma2FilterId || bytes[at + 1] !== 1) {
    throw new XzError('it uses filters other than LZMA2');
  }
  const result = decodeLzma2(bytes, start + headerSize, maxBytes);
  if (typeof result === 'string') throw new XzError(result);
  return result;
}

function skipVarint(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && ((bytes[at] ?? 0) & 0x80) !== 0) at += 1;
  return at + 1;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}

/** The zeros that pad to a multiple of four bytes. */
function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
