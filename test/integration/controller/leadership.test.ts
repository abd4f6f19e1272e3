/** Two controllers of one lab: one leads, the other takes over, and never do both write. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Leadership } from '../../../src/app/controller/leadership.js';
import type { Lease } from '../../../src/app/controller/lease.js';
import { placeOf } from '../../../src/app/state/index.js';
import type { ControllerStatus } from '../../../src/controller/index.js';
import { startLavaflow, type RunningLavaflow } from '../../support/cli/run.js';
import { slowness } from '../../support/clocks.js';
import { isolatedGit, testRepositoryAt, type TestRepository } from '../../support/git/git-repository.js';
import { startSimulatedTarget } from '../../support/targets/simulated-target.js';
import { until } from '../../support/until.js';

/** What the documentation promises. */
const takeOverMs = 15_000;

let root: string;
let lab: TestRepository;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  Object.assign(process.env, isolatedGit);
  root = mkdtempSync(path.join(tmpdir(), 'lavaflow-lead-'));
  lab = testRepositoryAt(path.join(root, 'lab'));
  await testRepositoryAt(root).git('init', '--quiet', '--initial-branch=main', 'lab');
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  rmSync(root, { recursive: true });
});

interface RunningController {
  readonly process: RunningLavaflow;
  status(): Promise<ControllerStatus>;
  isReady(): Promise<boolean>;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function startOne(token: string): Promise<RunningController> {
  const args = ['controller', '--listen', '127.0.0.1:0', '--schedule', '0 0 1 1 *'];
  const process = startLavaflow(lab.directory, args, { LAVA_TOKEN: token });
  const closed = once(process, 'close');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    process.kill(signal);
    await closed;
  };
  cleanups.push(() => end('SIGKILL'));
  await until('it listens', () => /^ready$/m.test(process.stdoutText()));
  const url = /^status (\S+)$/m.exec(process.stdoutText())?.[1] ?? '';
  return {
    process,
    end,
    status: async () => (await (await fetch(`${url}/status.json`)).json()) as ControllerStatus,
    isReady: async () => (await fetch(`${url}/readyz`)).ok,
  };
}

it('lets one of two processes lead, and the other one take over after a kill and after a stop', async () => {
  const master = await startSimulatedTarget('2023.01');
  cleanups.push(() => master.stop());
  const description = () => master.master.state.workers.get('rack-1')?.description;
  const describeWorker = (text: string) =>
    lab.commit({
      '.gitignore': '.lavaflow/\n',
      'lab-config/lab.yaml': 'kind: Lab\nname: led\npolicy: {mode: enforce, maxUpdateShare: 1}\n',
      'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
      'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
      'workers/rack-1/worker.yaml': `kind: Worker\nsite: here\ndescription: ${text}\n`,
    });
  await describeWorker('one');
  const first = await startOne(master.token);
  await until('the first applies', () => description() === 'one');
  const second = await startOne(master.token);
  expect(await first.status()).toMatchObject({ leading: true, leader: null });
  expect(await second.status()).toMatchObject({
    state: 'following',
    leading: false,
    leader: { holder: expect.stringContaining(`process ${first.process.pid} on `) as string },
    masters: {},
  });
  expect(await second.isReady()).toBe(true);
  await describeWorker('two');
  await until('the first applies again', () => description() === 'two');
  expect(second.process.stderrText()).not.toMatch(/lab read|master reconciled/);

  await first.end('SIGKILL');
  await until(
    'the second leads',
    async () => (await second.status()).leading === true,
    takeOverMs * slowness(),
  );
  await describeWorker('three');
  await until('the second applies', () => description() === 'three');

  const third = await startOne(master.token);
  expect((await third.status()).leading).toBe(false);
  await second.end('SIGTERM');
  await until(
    'the third leads',
    async () => (await third.status()).leading === true,
    takeOverMs * slowness(),
  );
  await describeWorker('four');
  await until('the third applies', () => description() === 'four');
});

/** A controller that does nothing but lead. */
async function startLeading() {
  const { state } = placeOf(lab.directory);
  const leases: Lease[] = [];
  const events: string[] = [];
  const status = { leading: true } as ControllerStatus;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const leadership = await Leadership.start({
    ...{ state, repository: '/lab', log, onStatus: ignore },
    lead: (lease) => {
      leases.push(lease);
      events.push('lead');
      const stop = (): Promise<void> => Promise.resolve(void events.push('stop'));
      return Promise.resolve({ status: () => status, wake: ignore, wakeIssues: ignore, stop });
    },
  });
  cleanups.push(() => leadership.stop());
  expect(leadership.status().leading).toBe(true);
  return {
    leadership,
    leases,
    events,
    lockFile: (number: number) => path.join(state.root, `controller.lock.${number}`),
  };
}

it('stops leading when another machine took over, and leads again when that one is gone', async () => {
  const { leadership, leases, events, lockFile } = await startLeading();
  // As if this process had been suspended meanwhile.
  const owner = { host: 'elsewhere', space: 'other', pid: 7, startTime: '1', bootId: 'x' };
  const soon = new Date(Date.now() + 5_000).toISOString();
  const lock = { owner, takenAt: soon, expiresAt: soon, released: false };
  writeFileSync(lockFile(2), `${JSON.stringify(lock)}\n`);
  expect(() => leases[0]?.guard()).toThrow('another process acquired it');
  await until('it follows', () => leadership.status().leader?.holder === 'process 7 on elsewhere');
  expect(events).toEqual(['lead', 'stop']);
  // It does not renew the lock.
  await until('it leads again', () => leadership.status().leading === true, takeOverMs * slowness());
  expect(events).toEqual(['lead', 'stop', 'lead']);
});

it('leads again when it could not renew the lock for a while, and nobody else has taken over', async () => {
  const { leadership, events, lockFile } = await startLeading();
  const file = lockFile(1);
  const text = readFileSync(file);
  rmSync(file);
  mkdirSync(file);
  await until('it follows', () => leadership.status().leading === false);
  rmdirSync(file);
  writeFileSync(file, text);
  await until('it leads again', () => leadership.status().leading === true);
  expect(events).toEqual(['lead', 'stop', 'lead']);
});

function ignore(): void {
  // Nothing to do.
}
