import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ControllerStatus } from '../../../src/controller/index.js';
import { makeFileMaster, readFileMaster } from '../../support/targets/file-master.js';
import {
  isolatedGit,
  makeTestDirectory,
  makeTestRepository,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { bundlePrograms, type Programs } from '../../support/processes/programs.js';
import { until } from '../../support/until.js';
import { slowness } from '../../support/clocks.js';

const objects = 60;
const controllerProcess = 'test/support/processes/controller-process.ts';
let repository: TestRepository;
let state: string;
let master: string;
let child: ChildProcess | null = null;

let programs: Programs;
beforeAll(async () => {
  programs = await bundlePrograms([controllerProcess]);
});
afterAll(() => {
  programs.remove();
});
beforeEach(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  repository = await makeTestRepository();
  const names = Array.from({ length: objects }, (_, n) => [`device-types/t${n}.jinja2`, `template ${n}`]);
  await repository.commit(Object.fromEntries(names) as Record<string, string>);
  state = await makeTestDirectory();
  master = join(state, 'master.json');
  await makeFileMaster(master);
});
afterEach(async () => {
  await end('SIGKILL');
  await repository.remove();
  await rm(state, { recursive: true });
});

function startChild(writeMs: number): ChildProcess {
  const args = [repository.directory, master, join(state, 'records'), join(state, 'status.json')];
  child = spawn(process.execPath, [programs.fileOf(controllerProcess), ...args, String(writeMs)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) process.stderr.write(errors);
  });
  return child;
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

async function writeCount(): Promise<number> {
  return (await readFileMaster(master)).writes.length;
}

async function readStatus(): Promise<ControllerStatus | null> {
  const text = await readFile(join(state, 'status.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ControllerStatus);
}

function untilIdle(): Promise<void> {
  return until(
    'the master is reconciled',
    async () => (await readStatus())?.masters.m?.lastApplied !== undefined && (await isIdle()),
  );
}

async function isIdle(): Promise<boolean> {
  const status = (await readStatus())?.masters.m;
  return status?.state === 'idle' && status.lastApplied !== null;
}

test('killed during an apply, again and again: the next start continues, and nothing is created twice', async () => {
  for (const enough of [5, 20, 40]) {
    startChild(20);
    await until(`${enough} objects are written`, async () => (await writeCount()) >= enough);
    await end('SIGKILL');
  }
  expect(await writeCount()).toBeLessThan(objects);
  await rm(join(state, 'status.json'), { force: true });
  startChild(0);
  await untilIdle();
  const { writes } = await readFileMaster(master);
  expect(writes).toHaveLength(objects);
  expect(new Set(writes).size).toBe(objects);

  // And it is ours: another commit is applied without adoption, and only the changes are written.
  const revision = await repository.commit({ 'device-types/t0.jinja2': 'changed' });
  await until(
    'the commit is applied',
    async () => (await readStatus())?.masters.m?.lastApplied?.revision === revision,
  );
  expect((await readFileMaster(master)).writes.slice(objects)).toEqual(['update template/t0']);
  expect(await end('SIGTERM')).toBe(0);
});

test('SIGTERM during an apply: the object is finished, the process exits, the next start continues', async () => {
  startChild(50);
  await until('some objects are written', async () => (await writeCount()) >= 5);
  const before = performance.now();
  expect(await end('SIGTERM')).toBe(0);
  expect(performance.now() - before).toBeLessThan(5000 * slowness());
  const partly = await writeCount();
  expect(partly).toBeLessThan(objects);
  startChild(0);
  await untilIdle();
  const { writes } = await readFileMaster(master);
  expect(new Set(writes).size).toBe(objects);
  expect(writes).toHaveLength(objects);
});
