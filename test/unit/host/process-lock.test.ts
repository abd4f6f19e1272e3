import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { identify, takeProcessLock, type ProcessLock } from '../../../src/host/index.js';

let directory: string;
let base: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-lock-'));
  base = join(directory, 'up');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function take(): Promise<ProcessLock> {
  const taken = await takeProcessLock(base);
  if ('holder' in taken) throw new Error(`held by ${taken.holder.pid}`);
  return taken.lock;
}

test('a lock is held until it is released, and is then free', async () => {
  const lock = await take();
  expect(await takeProcessLock(base)).toEqual({ holder: identify(process.pid) });
  await lock.release();
  const again = await take();
  await again.release();
  expect(readdirSync(directory).sort()).toEqual(['up.lock.1', 'up.lock.2']);
});

test.each([
  ['a process that has ended', JSON.stringify({ ...identify(process.pid), pid: spawnSync('true').pid })],
  ['an earlier process of this number', JSON.stringify({ ...identify(process.pid), startTime: '1' })],
  ['a process of an earlier boot', JSON.stringify({ ...identify(process.pid), bootId: 'another' })],
  ['nobody, after the machine went down', ''],
])('the lock of %s is taken, and its file stays', async (_, text) => {
  writeFileSync(`${base}.lock.7`, text);
  await take();
  expect(readdirSync(directory).sort()).toEqual(['up.lock.7', 'up.lock.8']);
  expect(readFileSync(`${base}.lock.7`, 'utf8')).toBe(text);
});

test('of many processes that try at the same time, one gets it', async () => {
  writeFileSync(`${base}.lock.3`, 'damaged');
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeProcessLock(base)));
  expect(taken.filter((one) => 'lock' in one)).toHaveLength(1);
});

test('old numbers are removed, the highest stays', async () => {
  for (let round = 0; round < 20; round += 1) await (await take()).release();
  const numbers = readdirSync(directory).map((name) => Number(name.split('.')[2]));
  expect(Math.max(...numbers)).toBe(20);
  expect(numbers).toHaveLength(16);
});

test('the highest possible number is an error that names its file, and not an endless loop', async () => {
  const file = `${base}.lock.999999999999999`;
  writeFileSync(file, 'forged');
  const error = { code: 'EEXIST', message: expect.stringContaining(file) as string };
  await expect(takeProcessLock(base)).rejects.toMatchObject(error);
  expect(readdirSync(directory)).toEqual(['up.lock.999999999999999']);
});
