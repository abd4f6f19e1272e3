import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTextEnd } from '../../../src/dispatcher/read-text-end.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

it('reads the end of a file of any size, and nothing of a file that does not exist', async () => {
  const file = join(directory, 'stderr');
  expect(await readTextEnd(file, 10)).toBe('');
  await writeFile(file, 'short');
  expect(await readTextEnd(file, 10)).toBe('short');
  await writeFile(file, `${'x'.repeat(1_000_000)}the end`);
  expect(await readTextEnd(file, 10)).toBe('xxxthe end');
});
