import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/executor/console/spawn.js';
import { guardSize, writeUnpacked } from '../../../src/executor/deploy/decompress.js';

describe('unpacking an image', () => {
  const zeros = Buffer.alloc(4 * 2 ** 20);
  const xz = findProgram('xz');
  const content = {
    gz: gzipSync(zeros),
    xz: xz === undefined ? undefined : execFileSync(xz, ['-c'], { input: zeros }),
  };
  const known = xz === undefined ? (['gz'] as const) : (['gz', 'xz'] as const);
  const bytesOf = (compression: 'gz' | 'xz') => content[compression] ?? Buffer.alloc(0);
  let folder: string;
  const signal = new AbortController().signal;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lavaflow-unpack-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(known)('%s: writes the content', async (compression) => {
    const packed = Readable.from([bytesOf(compression)]);
    await writeUnpacked(packed, join(folder, 'x'), compression, signal, []);
    expect(statSync(join(folder, 'x')).size).toBe(zeros.length);
  });

  it.each(known)('%s: stops at the limit, however small the input is', async (compression) => {
    const unpacking = writeUnpacked(
      Readable.from([bytesOf(compression)]),
      join(folder, 'x'),
      compression,
      signal,
      [guardSize(2 ** 20)],
    );
    await expect(unpacking).rejects.toMatchObject({ errorType: 'Job' });
    expect(statSync(join(folder, 'x')).size).toBeLessThanOrEqual(2 ** 20);
  });

  it.each(known)('%s: rejects truncated data', async (compression) => {
    const cut = bytesOf(compression).subarray(0, -8);
    const unpacking = writeUnpacked(Readable.from([cut]), join(folder, 'x'), compression, signal, []);
    await expect(unpacking).rejects.toMatchObject({ errorType: 'Job' });
  });
});
