import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packDescription, unpackDescription } from '../../../src/wire/description.js';
import { crc32 } from '../../../src/wire/crc32.js';
import { crc64 } from '../../../src/wire/crc64.js';
import { DecodingWork, WorkExceeded } from '../../../src/wire/decoding-work.js';
import { descriptionWork } from '../../../src/wire/index.js';
import { XzError, decodeXz as decode, encodeXz } from '../../../src/wire/xz.js';

const limit = 1024 * 1024;

function decodeXz(bytes: Uint8Array, maxBytes: number): Uint8Array {
  return decode(bytes, { maxBytes, work: new DecodingWork(descriptionWork.all) });
}

const smoke = 'job: {name: smoke}\n'.repeat(20);
/** `xz --check=...` of XZ Utils 5.4. */
const ofXz = {
  none: '/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AF7ABtdADUbyGcL+FLN63srae4WbVZT1sdwzCTzoQzAAAAAAAEv/AIAAADpFmISqAAK/AIAAAAAAFla',
  crc32:
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AF7ABtdADUbyGcL+FLN63srae4WbVZT1sdwzCTzoQzAAAAAb0fTVQABM/wCAAAACdR2Zj4wDYsCAAAAAAFZWg==',
  crc64:
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AF7ABtdADUbyGcL+FLN63srae4WbVZT1sdwzCTzoQzAAAAAzjqhXF8m3UwAATf8AgAAAB+W5/2xxGf7AgAAAAAEWVo=',
  sha256:
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AF7ABtdADUbyGcL+FLN63srae4WbVZT1sdwzCTzoQzAAAAAbw/E5EVafAvwSW0IFKhHG3Jjd/cY2aqkiXhR/RP/MRcAAU/8AgAAALMZlhq26d8cAgAAAAAKWVo=',
};
/** Where the integrity check of these files is. */
const checkAt = 24 + 36;
/** `lzma.compress(b'job: {}\n' * 1000)` of Python 3.11. */
const fromPython = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4B8/ADBdADUbyGcL+FL2ishxlKAq4I0pGGLl5h8Hl1wem14cbKpV2+q8NykF9IS/H13SzZ4sAAD3SgsapGRwWAABTMA+AAAAg3kuQrHEZ/sCAAAAAARZWg==',
  'base64',
);

describe('xz', () => {
  it('returns what it stored', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(Buffer.from(decodeXz(encodeXz(data), limit))).toEqual(Buffer.from(data));
      }),
    );
    const large = Buffer.alloc(200_000, 'lavaflow');
    expect(Buffer.from(decodeXz(encodeXz(large), limit)).equals(large)).toBe(true);
  });

  it('reads what Python compressed', () => {
    expect(Buffer.from(decodeXz(fromPython, limit)).toString()).toBe('job: {}\n'.repeat(1000));
  });

  it('stops at its limit', () => {
    expect(() => decodeXz(fromPython, 7999)).toThrow(/more than 7999 bytes/);
    expect(() => decodeXz(encodeXz(new Uint8Array(100)), 99)).toThrow(/more than 99 bytes/);
  });

  it('refuses damaged bytes and throws nothing else', () => {
    const plain = Buffer.alloc(500, 'abc');
    const own = encodeXz(plain);
    fc.assert(
      fc.property(
        fc.constantFrom(own, fromPython),
        fc.nat(3000),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const copy = Uint8Array.from(bytes);
          copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ flip;
          // A few bits mean nothing, such as the first byte of a chunk.
          const data = Buffer.from(bytes === own ? plain : 'job: {}\n'.repeat(1000));
          expect(data.equals(decodedOrNull(copy) ?? data)).toBe(true);
          expect(() => decodeXz(bytes.subarray(0, at % bytes.length), limit)).toThrow(XzError);
        },
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeXz(bytes, limit)).toThrow(XzError);
      }),
    );
  });
});

describe('the integrity check', () => {
  it.each(Object.entries(ofXz))('%s of a real file is accepted', (_check, file) => {
    expect(Buffer.from(decodeXz(Buffer.from(file, 'base64'), limit)).toString()).toBe(smoke);
  });

  it.each(['crc32', 'crc64', 'sha256'] as const)('%s is verified', (check) => {
    const bytes = Buffer.from(ofXz[check], 'base64');
    bytes[checkAt] = (bytes[checkAt] ?? 0) ^ 1;
    expect(() => decodeXz(bytes, limit)).toThrow('integrity check failed');
  });

  it('of an unknown type is refused', () => {
    const bytes = Buffer.from(ofXz.none, 'base64');
    bytes[7] = 2;
    bytes.writeUInt32LE(crc32(bytes.subarray(6, 8)), 8);
    expect(() => decodeXz(bytes, limit)).toThrow('an unknown integrity check');
  });

  it('CRC-64 has the known value of "123456789"', () => {
    expect(
      Buffer.from(crc64(Buffer.from('123456789')))
        .reverse()
        .toString('hex'),
    ).toBe('995dc9bbdf1939fa');
  });
});

describe('the work of decoding', () => {
  /** One block of chunks that each reset the largest tables for one byte: 12 bytes cost as much as 14,000 steps. */
  function resetting(chunks: number): Uint8Array {
    const chunk = Buffer.from([0xe0, 0, 0, 0, 5, 4, 0, 0, 0, 0, 0, 0]);
    const good = Buffer.from(encodeXz(Buffer.from('a')));
    const blockHeader = good.subarray(12, 24);
    return Buffer.concat([good.subarray(0, 12), blockHeader, ...Array<Buffer>(chunks).fill(chunk), good]);
  }

  it('is limited, whatever the size', () => {
    const work = new DecodingWork(1_000_000);
    expect(() => decode(resetting(1000), { maxBytes: limit, work })).toThrow(WorkExceeded);
    const blocks = Buffer.from(encodeXz(new Uint8Array(1)));
    const many = Buffer.concat([
      blocks.subarray(0, 12),
      ...Array<Buffer>(2000).fill(blocks.subarray(12, 36)),
    ]);
    expect(() => decode(many, { maxBytes: limit, work: new DecodingWork(1_000_000) })).toThrow(WorkExceeded);
  });

  it('suffices for a description that does not compress, per byte', () => {
    const share = 16;
    const data = Buffer.alloc((8 * 1024 * 1024) / share, 'abc');
    const work = new DecodingWork(descriptionWork.all / share);
    expect(decode(encodeXz(data), { maxBytes: data.length, work })).toHaveLength(data.length);
  });

  it('of a description: null means that it costs too much', () => {
    expect(unpackDescription(resetting(20_000), descriptionWork.all)).toBeNull();
    expect(unpackDescription(resetting(100), descriptionWork.little)).toBeNull();
  });
});

/** Null if it is refused. */
function decodedOrNull(bytes: Uint8Array): Uint8Array | null {
  try {
    return decodeXz(bytes, limit);
  } catch (error) {
    if (error instanceof XzError) return null;
    throw error;
  }
}

describe('the description in END', () => {
  const unpack = (bytes: Uint8Array) => unpackDescription(bytes, descriptionWork.little);

  it('is empty only if it does not exist', () => {
    expect(packDescription('')).toHaveLength(0);
    expect(unpack(new Uint8Array())).toBe('');
    expect(unpack(packDescription('job: {é: ü}\n'))).toBe('job: {é: ü}\n');
    expect(unpack(Buffer.from('not xz'))).toMatch(/^# The description .* not an xz stream/);
    expect(unpack(encodeXz(Uint8Array.of(0xff, 0xfe)))).toMatch(/^# .*UTF-8/);
  });
});
