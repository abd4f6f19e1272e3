/**
 * The xz container (.xz file format 1.1), in which LAVA's END message contains description.yaml. What we send is
 * stored without compression: LZMA2 has a chunk type for that, every xz decoder reads it, and a description is small.
 * What we receive may be compressed (Python's `lzma.compress`); see lzma2.ts.
 */
import { createHash } from 'node:crypto';
import { crc32 } from './crc32.js';
import { crc64 } from './crc64.js';
import type { DecodingWork } from './decoding-work.js';
import { decodeLzma2 } from './lzma2.js';

/** The bytes are not an xz stream, are damaged, or contain more than the limit. */
export class XzError extends Error {
  override readonly name = 'XzError';
}

const streamMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const footerMagic = [0x59, 0x5a];
const lzma2FilterId = 0x21;
const checkCrc32 = 1;
/** The integrity checks after a block, by their type. The format defines no others. */
const checks: ReadonlyMap<number, { readonly size: number; readonly of: (data: Uint8Array) => Uint8Array }> =
  new Map([
    [0, { size: 0, of: () => new Uint8Array() }],
    [checkCrc32, { size: 4, of: (data: Uint8Array) => u32(crc32(data)) }],
    [4, { size: 8, of: crc64 }],
    [10, { size: 32, of: (data: Uint8Array) => createHash('sha256').update(data).digest() }],
  ]);
const storedChunkBytes = 1 << 16;
const stepsPerBlock = 1000;

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

export interface XzLimits {
  /** Of the data. */
  readonly maxBytes: number;
  readonly work: DecodingWork;
}

/**
 * Decodes an xz stream. Verifies its integrity checks (CRC32, CRC64, SHA-256, or none), its sizes and its index.
 * @throws XzError when the stream is damaged, uses other filters or checks, or exceeds the limit of its size
 * @throws WorkExceeded when decoding costs too much
 */
export function decodeXz(bytes: Uint8Array, { maxBytes, work }: XzLimits): Uint8Array {
  if (bytes.length < 12 || streamMagic.some((byte, at) => bytes[at] !== byte)) {
    throw new XzError('not an xz stream');
  }
  const flags = bytes.subarray(6, 8);
  if (flags[0] !== 0 || readU32(bytes, 8) !== crc32(flags)) throw new XzError('damaged stream header');
  const check = checks.get(flags[1] ?? 0);
  if (check === undefined) throw new XzError('it uses an unknown integrity check');

  const parts: Uint8Array[] = [];
  const records: [number, number][] = [];
  let total = 0;
  let at = 12;
  while (bytes[at] !== 0) {
    work.spend(stepsPerBlock);
    const { data, end } = decodeBlock(bytes, at, { maxBytes: maxBytes - total, work });
    const checkAt = end + padding(end).length;
    if (checkAt + check.size > bytes.length) throw new XzError('truncated stream');
    if (!areZeros(bytes, end, checkAt)) throw new XzError('damaged padding');
    work.spend(data.length);
    if (!areEqual(bytes.subarray(checkAt, checkAt + check.size), check.of(data))) {
      throw new XzError('integrity check failed');
    }
    parts.push(data);
    records.push([end - at + check.size, data.length]);
    total += data.length;
    at = checkAt + check.size;
  }
  const expected = concat(...closing(flags, records));
  if (bytes.length < at + expected.length) throw new XzError('truncated stream');
  if (!areEqual(bytes.subarray(at), expected)) throw new XzError('damaged index');
  return concat(...parts);
}

function decodeBlock(bytes: Uint8Array, start: number, limits: XzLimits): { data: Uint8Array; end: number } {
  const headerSize = ((bytes[start] ?? 0) + 1) * 4;
  const crcAt = start + headerSize - 4;
  if (crcAt + 4 > bytes.length) throw new XzError('truncated stream');
  if (readU32(bytes, crcAt) !== crc32(bytes.subarray(start, crcAt)))
    throw new XzError('damaged block header');
  const flags = bytes[start + 1] ?? 0;
  if ((flags & 0x3f) !== 0) throw new XzError('it uses filters other than LZMA2');
  const header = { bytes, at: start + 2, end: crcAt };
  const packedSize = (flags & 0x40) === 0 ? null : readVarint(header);
  const size = (flags & 0x80) === 0 ? null : readVarint(header);
  if (bytes[header.at] !== lzma2FilterId || bytes[header.at + 1] !== 1) {
    throw new XzError('it uses filters other than LZMA2');
  }
  const result = decodeLzma2(bytes, start + headerSize, limits.maxBytes, limits.work);
  if (typeof result === 'string') throw new XzError(result);
  const isAsDeclared =
    (packedSize === null || packedSize === result.end - start - headerSize) &&
    (size === null || size === result.data.length);
  if (!isAsDeclared) throw new XzError('a block has another size than its header specifies');
  return result;
}

interface Header {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

function readVarint(header: Header): number {
  let value = 0;
  for (let scale = 1; header.at < header.end; scale *= 0x80) {
    const byte = header.bytes[header.at] ?? 0;
    header.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value;
    if (scale > Number.MAX_SAFE_INTEGER) break;
  }
  throw new XzError('damaged block header');
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function areZeros(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes.subarray(start, end).every((byte) => byte === 0);
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
