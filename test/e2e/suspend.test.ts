/** A suspended master: nothing writes to it, everything reports it, and it ends by itself. Records in files and in refs. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ControllerStatus } from '../../src/controller/index.js';
import type { Suspension } from '../../src/model/index.js';
import type { RecordStore } from '../../src/reconcile/index.js';
import { lavaflow, startLavaflow, type Outcome } from '../support/cli/run.js';
import { isolatedGit, testRepositoryAt, type TestRepository } from '../support/git/git-repository.js';
import { openRecords } from '../support/processes/records.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';
import { until } from '../support/until.js';

const dayMs = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 16);
const reason = 'moving the racks';

describe.each(['file', 'git:origin'] as const)('a suspended master, with records in %s', (place) => {
  let root: string;
  let lab: TestRepository;
  let master: SimulatedTarget;
  beforeAll(async () => {
    Object.assign(process.env, isolatedGit);
    master = await startSimulatedTarget('2023.01');
    root = mkdtempSync(path.join(tmpdir(), 'lavaflow-suspend-'));
    lab = testRepositoryAt(path.join(root, 'lab'));
    await testRepositoryAt(root).git('init', '--quiet', '--initial-branch=main', 'lab');
    await testRepositoryAt(root).git('init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
    await lab.git('remote', 'add', 'origin', path.join(root, 'remote.git'));
    await describeWorker('one');
    await lab.git('push', '--quiet', 'origin', 'HEAD:main');
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await master.stop();
    rmSync(root, { recursive: true });
  });

  const environment = () => ({
    LAVA_TOKEN: master.token,
    LAVAFLOW_RECORDS: place,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'keeper',
  });
  const run = (...args: string[]): Promise<Outcome> => lavaflow(lab.directory, args, environment());
  const description = () => master.master.state.workers.get('rack-1')?.description;
  const store = (): RecordStore =>
    openRecords(
      place === 'file'
        ? { file: path.join(lab.directory, '.lavaflow', 'records') }
        : { lab: lab.directory, remote: 'origin', workDirectory: path.join(root, 'work') },
    );

  function writeSuspension(suspension: Suspension): Promise<void> {
    const records = store();
    return records.withLock('main', 60_000, () => records.writeSuspension('main', suspension));
  }

  async function describeWorker(text: string): Promise<void> {
    await lab.commit({
      '.gitignore': '.lavaflow/\n',
      'lab-config/lab.yaml': 'kind: Lab\nname: moving\npolicy: {mode: enforce, maxUpdateShare: 1}\n',
      'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
      'lab-config/sites/here.yaml': 'kind: Site\nowners: []\ntimeZone: Europe/Berlin\n',
      'workers/rack-1/worker.yaml': `kind: Worker\nsite: here\ndescription: ${text}\n`,
      'workers/rack-2/worker.yaml': 'kind: Worker\nsite: here\ndescription: of the lab\n',
    });
  }

  it.skipIf(place !== 'file')(
    'refuses a time that is past, too far away or not a time, and an empty reason',
    async () => {
      const suspend = (when: string, why = reason) =>
        run('suspend', 'main', '--until', when, '--reason', why);
      const refusals: readonly (readonly [Outcome, RegExp])[] = await Promise.all([
        suspend('2020-01-01').then((one) => [
          one,
          /--until 2020-01-01 is in the past \(2020-01-01T23:00:00Z\)/,
        ]),
        suspend(`${inDays(31)}Z`).then((one) => [
          one,
          /more than 30 days away\n.*hint: Specify .*Z or earlier/,
        ]),
        suspend('2026-02-30').then((one) => [
          one,
          /--until 2026-02-30 is not a date or time\n.*hint: Specify a/,
        ]),
        suspend(`${inDays(1)}Z`, ' ').then((one) => [one, /--reason is empty/]),
      ] as Promise<[Outcome, RegExp]>[]);
      for (const [{ code, stderr }, why] of refusals) {
        expect(stderr).toMatch(why);
        expect(code).toBe(1);
      }
      expect(await run('suspensions')).toMatchObject({ code: 0, stdout: '' });
    },
  );

  it('is not written to by apply, not even with force, and every report names it', async () => {
    const suspended = await run('suspend', 'main', '--until', `${inDays(2)}Z`, '--reason', `${reason}.`);
    const text = `suspended until ${inDays(2).slice(0, 13)}`;
    expect(suspended.stdout).toContain(`main: ${text}`);
    expect(suspended.stdout).toContain(`by @keeper, since `);
    expect(suspended.stdout.trimEnd().endsWith(`: ${reason}`)).toBe(true);

    await describeWorker('two');
    for (const args of place === 'file' ? [[], ['--force', 'I know']] : [[]]) {
      const applied = await run('apply', '--yes', ...args);
      expect(applied).toMatchObject({ code: 4 });
      expect(applied.stdout).toContain(`refused: main is ${text}`);
      expect(applied.stderr).toBe('exit code 4: nothing was applied: the master is suspended\n');
    }
    expect(description()).toBe('one');

    expect((await run('plan')).stdout).toContain(`note: ${text}`);
    const drifted = await run('drift', '--format', 'json');
    expect(JSON.parse(drifted.stdout)).toMatchObject({ suspension: { owner: '@keeper', reason } });
    if (place === 'file') {
      expect((await run('drift', '--format', 'markdown')).stdout).toContain(text);
      expect((await run('records', 'show')).stdout).toContain(text);
    }
    expect((await run('suspensions')).stdout).toContain(`main: ${text}`);
  });

  it('is not written to by a controller, which shows it and observes drift, and reconciles when it ends', async () => {
    const since = new Date().toISOString();
    const suspension = { master: 'main', owner: '@keeper', reason, since, until: `${inDays(2)}:00.000Z` };
    await writeSuspension(suspension);
    await describeWorker('four');
    const before = description();
    const worker = master.master.state.workers.get('rack-2');
    if (worker === undefined) throw new Error('the worker is not there');
    worker.description = 'by hand';
    const controller = startLavaflow(
      lab.directory,
      ['controller', '--listen', '127.0.0.1:0', '--schedule', '*/15 * * * * *'],
      environment(),
    );
    try {
      await until('it listens', () => /^ready$/m.test(controller.stdoutText()));
      const url = /^status (\S+)$/m.exec(controller.stdoutText())?.[1] ?? '';
      const status = async () =>
        ((await (await fetch(`${url}/status.json`)).json()) as ControllerStatus).masters['main'];
      await until('it is suspended', async () => (await status())?.state === 'suspended');
      expect(await status()).toMatchObject({
        suspension: { owner: '@keeper', reason },
        drift: ['worker/rack-2'],
      });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^lavaflow_master_suspended_until_seconds\{master="main"\} \d{10}/m);
      expect(metrics).toMatch(/^lavaflow_master_state\{master="main",state="suspended"\} 1$/m);
      expect(description()).toBe(before);

      // Nobody does anything: the time is reached.
      const ended = { ...suspension, until: new Date(Date.now() - 1000).toISOString() };
      await writeSuspension(ended);
      await until('it is reconciled', () => description() === 'four');
      await until('it is idle', async () => (await status())?.state === 'idle');
      expect(await status()).toMatchObject({ suspension: null });
      expect(worker.description).toBe('of the lab');
      expect(controller.stderrText().match(/suspension ended/g)).toHaveLength(1);
      expect(await store().readSuspension('main')).toEqual({ ...ended, isEndTold: true });
    } finally {
      const closed = once(controller, 'close');
      controller.kill('SIGTERM');
      await closed;
    }
  });

  it('is written to again after `resume`', async () => {
    await run('suspend', 'main', '--until', inDays(1).slice(0, 10), '--reason', reason);
    await describeWorker('three');
    expect(await run('apply', '--yes')).toMatchObject({ code: 4 });
    expect((await run('resume', 'main')).stdout).toMatch(/^main: no longer suspended \(it was until /);
    expect((await run('resume', 'main')).stdout).toBe('main: was not suspended\n');
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(description()).toBe('three');
  });
});
