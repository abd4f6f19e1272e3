import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ControllerStatus } from '../../../src/controller/index.js';
import { initRepository } from '../../../src/git/index.js';
import { startMaster, type RunningMaster } from '../../../src/master/index.js';
import { createLogger } from '../../../src/telemetry/index.js';
import {
  isolatedGit,
  makeTestDirectory,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { bundlePrograms, type Programs } from '../../support/processes/programs.js';
import { until } from '../../support/until.js';

const controllerProcess = 'test/support/processes/sample-controller-process.ts';
let directory: string;
let repository: TestRepository;
let master: RunningMaster;
let token: string;
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
  directory = await makeTestDirectory();
  repository = testRepositoryAt(join(directory, 'lab'));
  for (const name of ['lab-config', 'device-types', 'device-dictionaries', 'workers']) {
    await cp(name, join(repository.directory, name), { recursive: true });
  }
  await initRepository(repository.directory, { message: 'Add the sample lab' });
  const loopback = { host: '127.0.0.1', port: 0 };
  master = await startMaster({
    stateDir: join(directory, 'master'),
    http: loopback,
    control: loopback,
    logs: loopback,
    log: createLogger({ level: 'warn', pretty: true }).logger,
  });
  token = (await readFile(master.reconcilerTokenFile, 'utf8')).trim();
});
afterEach(async () => {
  await end('SIGKILL');
  await master.stop();
  await rm(directory, { recursive: true });
});

function startChild(): void {
  const state = ['records', 'status.json'].map((name) => join(directory, name));
  const args = [repository.directory, master.url, token, ...state];
  child = spawn(process.execPath, [programs.fileOf(controllerProcess), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

async function readStatus(): Promise<ControllerStatus | null> {
  const text = await readFile(join(directory, 'status.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ControllerStatus);
}

async function latestRevision(): Promise<string | null> {
  const url = `${master.url}/api/lavaflow/v1/revisions/latest`;
  const response = await fetch(url, { headers: { authorization: `Token ${token}` } });
  return response.status === 404 ? null : ((await response.json()) as { revision: string }).revision;
}

test('kill -9 at any moment of applying the sample lab to the embedded master: the next start converges', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 8; round++) {
    const revision = await repository.commit({
      'workers/desk-worker/env-dut.yaml': `overrides:\n  ROUND: "${round}"\n`,
    });
    await rm(join(directory, 'status.json'), { force: true });
    startChild();
    if (round % 2 === 0) {
      await until('the run has begun', async () =>
        JSON.stringify(await readStatus()).includes('reconciling'),
      );
      await sleep(round * 20);
    } else {
      // The master has it, and the controller may not have received the response.
      await until('the master has the revision', async () => (await latestRevision()) === revision);
    }
    await end('SIGKILL');
    seen.add((await latestRevision()) === revision ? 'after the write' : 'before the write');
  }

  const head = (await repository.git('rev-parse', 'HEAD')).trim();
  startChild();
  await until('the head is applied', async () =>
    Object.values((await readStatus())?.masters ?? {}).some(
      ({ state, lastApplied, problems }) =>
        state === 'idle' && lastApplied?.revision === head && problems.length === 0,
    ),
  );
  expect(await end('SIGTERM')).toBe(0);
  const embedded = Object.values((await readStatus())?.masters ?? {}).find(({ url }) => url === master.url);
  expect(embedded?.drift).toEqual([]);
  expect(await latestRevision()).toBe(head);
  expect(seen.size).toBe(2);
});
