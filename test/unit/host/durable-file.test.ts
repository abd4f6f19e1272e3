import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  codeOf,
  createFile,
  hasCode,
  readIfThere,
  readIfThereSync,
  removeDurably,
  replaceFile,
  replaceFileSync,
  sweepTemporaries,
  writeTemporary,
} from '../../../src/host/index.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-host-'));
  file = join(directory, 'file.json');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.each([
  ['replaceFile', replaceFile],
  ['replaceFileSync', replaceFileSync],
])('%s', (_, replace) => {
  test('creates a private file, and leaves no temporary one', async () => {
    await replace(file, 'one');
    expect(readFileSync(file, 'utf8')).toBe('one');
    expect(modeOf(file)).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['file.json']);
  });

  test('replaces the content and the mode of a file that others could read', async () => {
    writeFileSync(file, 'old', { mode: 0o644 });
    await replace(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(modeOf(file)).toBe(0o600);
  });

  test('gives the file the specified mode', async () => {
    await replace(file, 'one', { mode: 0o644 });
    expect(modeOf(file)).toBe(0o644);
  });

  test('replaces a link, and not what it points to', async () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, file);
    await replace(file, 'one');
    expect(readFileSync(target, 'utf8')).toBe('untouched');
    expect(readFileSync(file, 'utf8')).toBe('one');
  });
});

test('a replacement that fails leaves the target unchanged and no temporary file', async () => {
  const target = join(directory, 'target');
  // A directory that is not empty cannot be replaced by a file.
  writeFileSync(join(mkdtempSync(target), 'x'), '');
  const [name = ''] = readdirSync(directory);
  await expect(replaceFile(join(directory, name), 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY/);
  expect(() => {
    replaceFileSync(join(directory, name), 'text');
  }).toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(directory)).toEqual([name]);
});

test('if a guard rejects the write, the old content stays', async () => {
  writeFileSync(file, 'old');
  const guard = (): void => {
    throw new Error('not yours any more');
  };
  await expect(replaceFile(file, 'new', { guard })).rejects.toThrow('not yours any more');
  await expect(removeDurably(file, guard)).rejects.toThrow('not yours any more');
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(directory)).toEqual(['file.json']);
});

test('a file that exists is not created again', async () => {
  await createFile(file, 'first');
  await expect(createFile(file, 'second')).rejects.toSatisfy((error) => hasCode(error, 'EEXIST'));
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(modeOf(file)).toBe(0o600);
});

test('reading distinguishes a missing file from one that cannot be read', async () => {
  expect(await readIfThere(file)).toBeNull();
  expect(readIfThereSync(file)).toBeNull();
  await expect(readIfThere(directory)).rejects.toThrow('EISDIR');
  expect(() => readIfThereSync(directory)).toThrow('EISDIR');
});

test('removing a file that does not exist succeeds', async () => {
  await removeDurably(file);
  writeFileSync(file, '');
  await removeDurably(file);
  expect(readdirSync(directory)).toEqual([]);
});

test('only old temporary files of the same base are swept', async () => {
  const base = join(directory, 'file');
  const old = await writeTemporary(file, 'left behind');
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(old, hourAgo, hourAgo);
  const young = await writeTemporary(file, 'in use');
  const other = await writeTemporary(join(directory, 'other.json'), 'of another');
  utimesSync(other, hourAgo, hourAgo);
  await sweepTemporaries(base, 60_000);
  expect(
    readdirSync(directory)
      .map((name) => join(directory, name))
      .sort(),
  ).toEqual([young, other].sort());
});

test('an errno is recognized by its code, and nothing else is', () => {
  const error = Object.assign(new Error('x'), { code: 'ENOENT' });
  expect(hasCode(error, 'EEXIST', 'ENOENT')).toBe(true);
  expect(hasCode(error, 'EEXIST')).toBe(false);
  expect(codeOf(error)).toBe('ENOENT');
  for (const other of [
    new Error('ENOENT'),
    { code: 'ENOENT' },
    null,
    undefined,
    Object.assign(new Error(), { code: 2 }),
  ]) {
    expect(hasCode(other, 'ENOENT')).toBe(false);
    expect(codeOf(other)).toBeUndefined();
  }
});
