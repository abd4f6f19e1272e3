import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XzError, decodeXz, encodeXz } from '../../../src/wire/xz.js';
import { packDescription, unpackDescription } from '../../../src/wire/description.js';

const limit = 64 * 1024 * 1024;

/** Compresses with xz itself through Python's lzma, the way LAVA does (`lzma.compress`). */
function pythonLzma(expression: string, input: Uint8Array): Buffer {
  const script = `import lzma,sys; d=sys.stdin.buffer.read(); sys.stdout.buffer.write(${expression})`;
  const result = spawnSync('/usr/bin/python3', ['-c', script], { input, maxBuffer: limit });
  if (result.status !== 0) throw new Error(result.stderr.toString());
  return result.stdout;
}

function sample(size: number): Buffer {
  let seed = 7;
  const words = Array.from({ length: 200 }, (_, index) => `action-${index * 7919}: {level: 1.${index}}\n`);
  const parts: string[] = [];
  for (let length = 0; length < size;) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const word = words[seed % words.length] ?? '';
    parts.push(word);
    length += word.length;
  }
  return Buffer.from(parts.join('').slice(0, size));
}

describe('xz', () => {
  it('gives back what it stored', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(Buffer.from(decodeXz(encodeXz(data), limit))).toEqual(Buffer.from(data));
      }),
    );
  });

  it.each([0, 1, 65_535, 65_536, 65_537, 300_000])('is read by Python: %i bytes', (size) => {
    const data = sample(size);
    expect(pythonLzma('lzma.decompress(d)', encodeXz(data)).equals(data)).toBe(true);
  });

  it.each([
    'lzma.compress(d)',
    'lzma.compress(d, preset=0)',
    'lzma.compress(d, preset=9 | lzma.PRESET_EXTREME, check=lzma.CHECK_CRC32)',
    'lzma.compress(d, check=lzma.CHECK_SHA256)',
    'lzma.compress(d, check=lzma.CHECK_NONE)',
    'lzma.compress(d, filters=[{"id": lzma.FILTER_LZMA2, "lc": 0, "lp": 2, "pb": 0, "dict_size": 4096}])',
  ])('reads Python: %s', (expression) => {
    for (const size of [0, 1, 1000, 3_000_000]) {
      const data = sample(size);
      expect(Buffer.from(decodeXz(pythonLzma(expression, data), limit)).equals(data)).toBe(true);
    }
    const noise = Buffer.from(
      Uint32Array.from({ length: 50_000 }, (_, i) => Math.imul(i, 2654435761) ^ (i >> 3)).buffer,
    );
    expect(Buffer.from(decodeXz(pythonLzma(expression, noise), limit)).equals(noise)).toBe(true);
  });

  it('stops at its limit, before a bomb goes off', () => {
    const bomb = pythonLzma('lzma.compress(bytes(50_000_000))', Buffer.alloc(0));
    expect(() => decodeXz(bomb, 1_000_000)).toThrow(/more than 1000000 bytes/);
  });

  it('refuses damaged bytes and throws nothing else', () => {
    const good = [encodeXz(sample(500)), pythonLzma('lzma.compress(d)', sample(2000))];
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.nat(3000),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const copy = Uint8Array.from(bytes);
          copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ flip;
          onlyXzError(() => decodeXz(copy, limit));
          onlyXzError(() => decodeXz(bytes.subarray(0, at % bytes.length), limit));
        },
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        onlyXzError(() => decodeXz(bytes, limit));
      }),
    );
  });
});

function onlyXzError(task: () => void): void {
  try {
    task();
  } catch (error) {
    expect(error).toBeInstanceOf(XzError);
  }
}

describe('the description in END', () => {
  it('is empty only when there is none', () => {
    expect(packDescription('')).toHaveLength(0);
    expect(unpackDescription(new Uint8Array())).toBe('');
    expect(unpackDescription(packDescription('job: {é: ü}\n'))).toBe('job: {é: ü}\n');
    expect(unpackDescription(Buffer.from('not xz'))).toMatch(/^# The description .* not an xz stream/);
    expect(unpackDescription(encodeXz(Uint8Array.of(0xff, 0xfe)))).toMatch(/^# .*UTF-8/);
  });
});
