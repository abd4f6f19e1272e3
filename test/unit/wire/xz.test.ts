import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packDescription, unpackDescription } from '../../../src/wire/description.js';
import { XzError, decodeXz, encodeXz } from '../../../src/wire/xz.js';

const limit = 1024 * 1024;
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
    const plain = new Uint8Array(Buffer.alloc(500, 'abc'));
    const own = encodeXz(plain);
    fc.assert(
      fc.property(
        fc.constantFrom(own, fromPython),
        fc.nat(3000),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const copy = Uint8Array.from(bytes);
          copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ flip;
          const decoded = decodedOrNull(copy);
          // Python's default check is not verified, by design.
          if (bytes === own) expect(decoded ?? plain).toEqual(plain);
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
  it('is empty only if it does not exist', () => {
    expect(packDescription('')).toHaveLength(0);
    expect(unpackDescription(new Uint8Array())).toBe('');
    expect(unpackDescription(packDescription('job: {é: ü}\n'))).toBe('job: {é: ü}\n');
    expect(unpackDescription(Buffer.from('not xz'))).toMatch(/^# The description .* not an xz stream/);
    expect(unpackDescription(encodeXz(Uint8Array.of(0xff, 0xfe)))).toMatch(/^# .*UTF-8/);
  });
});
