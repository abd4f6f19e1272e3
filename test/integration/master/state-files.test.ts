import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../src/master/store/open-store.js';
import { startTestMaster } from '../../support/master/running-master.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-state-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const modesIn = (place: string) =>
  Object.fromEntries(readdirSync(place).map((name) => [name, statSync(join(place, name)).mode & 0o777]));

test('only the public certificate is readable by others, even in a directory that existed', async () => {
  chmodSync(directory, 0o755);
  const umask = process.umask(0o022);
  try {
    const master = await startTestMaster(directory);
    try {
      const { 'master.key': certificate, ...others } = modesIn(directory);
      expect(certificate).toBe(0o644);
      expect(Object.keys(others)).toEqual(expect.arrayContaining(['master.sqlite', 'master.sqlite-wal']));
      expect(new Set(Object.values(others))).toEqual(new Set([0o600]));
    } finally {
      await master.stop();
    }
  } finally {
    process.umask(umask);
  }
});

test('files of a database that were readable by others no longer are', async () => {
  const file = join(directory, 'm.sqlite');
  await (await openStore({ file })).close();
  for (const suffix of ['-wal', '-shm']) {
    if (!existsSync(`${file}${suffix}`)) writeFileSync(`${file}${suffix}`, '');
  }
  for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o644);
  const store = await openStore({ file });
  expect(new Set(Object.values(modesIn(directory)))).toEqual(new Set([0o600]));
  await store.close();
});

test('a database has one lock, whatever it is called', async () => {
  const file = join(directory, 'm.sqlite');
  const link = join(directory, 'link.sqlite');
  const store = await openStore({ file });
  symlinkSync(file, link);
  await expect(openStore({ file: link })).rejects.toThrow('another master uses it');
  await store.close();
  const other = await openStore({ file: link });
  await expect(openStore({ file })).rejects.toThrow('another master uses it');
  await other.close();
});
