/** `kill -9` of each part during its work: after a restart everything converges, and the log of a job that was already seen does not change. */
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ControllerStatus } from '../../src/controller/index.js';
import { startFaultProxy } from '../support/targets/fault-proxy.js';
import type { TestServer } from '../support/http-server.js';
import { hasEnded, killHard, makeLabProcesses, type LabProcesses } from '../support/cli/lab-processes.js';
import type { RunningLavaflow } from '../support/cli/run.js';
import { exitCode, processesOf } from '../support/cli/running-up.js';
import { tickingJob, untilBoardsAreGood } from '../support/jobs/ticking-job.js';
import { isThorough } from '../support/effort.js';
import { until } from '../support/until.js';

let processes: LabProcesses;
beforeEach(async () => {
  processes = await makeLabProcesses();
});
afterEach(() => processes.destroy());

describe('kill -9 of the controller during an apply', () => {
  let proxy: TestServer | undefined;
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });

  const isWrite = (path: string) => path.endsWith('/revisions');

  /** Each starts a controller, and kills it when one of its requests or a file of its records matches. */
  const moments: Readonly<Record<string, () => Promise<RunningLavaflow>>> = {
    'at its first look at the master': () => killAtRequest(() => true, 'lose-request'),
    'when the journal says what it will write': () => killAtFile((file) => file === 'own.intent.json'),
    'before the master has the write': () => killAtRequest(isWrite, 'lose-request'),
    'while the master writes': () => killAtRequest(isWrite, 'lose-answer'),
    'while it writes the record': () => killAtFile((file) => file.startsWith('own.json.')),
    'when the record is written': () => killAtFile((file) => file === 'own.json'),
  };

  async function killAtRequest(
    fits: (path: string) => boolean,
    fault: 'lose-request' | 'lose-answer',
  ): Promise<RunningLavaflow> {
    let kill = (): unknown => undefined;
    proxy = await startFaultProxy(processes.masterUrl, ({ path }) => {
      if (!fits(path)) return 'pass';
      kill();
      return fault;
    });
    const controller = processes.startController(proxy.url);
    kill = () => controller.kill('SIGKILL');
    await until('the controller is killed', () => hasEnded(controller));
    await proxy.stop();
    return controller;
  }

  async function killAtFile(fits: (file: string) => boolean): Promise<RunningLavaflow> {
    const records = join(processes.lab.directory, '.lavaflow', 'records');
    mkdirSync(records, { recursive: true });
    const controller = processes.startController();
    const watcher = watch(records, (_event, file) => {
      if (fits(file ?? '')) controller.kill('SIGKILL');
    });
    await until('the controller is killed', () => hasEnded(controller));
    watcher.close();
    return controller;
  }

  /** Before the master has the change, while it has it, and after the record. */
  const usual = ['before the master has the write', 'while the master writes', 'when the record is written'];
  test.each(Object.entries(moments).filter(([name]) => isThorough || usual.includes(name)))(
    '%s',
    async (_name, startAndKill) => {
      const killed = await startAndKill();
      expect(killed.signalCode).toBe('SIGKILL');

      const next = processes.startController();
      const revision = (await processes.lab.git('rev-parse', 'HEAD')).trim();
      await until('the revision is applied', () => isIdleAt(revision));
      expect(await processes.run(['plan', '--rev', 'HEAD'])).toMatchObject({ code: 0 });
      next.kill('SIGTERM');
      expect(await exitCode(next)).toBe(0);
      const file = join(processes.lab.directory, 'device-dictionaries', 'phone-1.jinja2');
      expect(await processes.dictionaryOf('phone-1')).toBe(readFileSync(file, 'utf8'));
    },
  );
});

describe('kill -9 during a job', () => {
  let boards: RunningLavaflow;
  let dispatcher: RunningLavaflow;
  beforeEach(async () => {
    boards = await processes.startBoards();
    dispatcher = await processes.startDispatcher();
    expect(await processes.run(['apply', '--yes'])).toMatchObject({ code: 0 });
    await untilBoardsAreGood(processes.client);
  });

  /** Submits a job with a client that follows its log, and waits until the client has shown some of it. */
  async function startJob(ticks: number): Promise<{ id: string; follower: RunningLavaflow }> {
    const file = join(processes.root, 'job.yaml');
    writeFileSync(file, tickingJob(ticks));
    const follower = processes.startAsAdmin(['jobs', 'submit', file]);
    await until('the log streams', () => /^\S+ tick 3 of/m.test(follower.stdoutText()));
    return { id: /job (\d+)/.exec(follower.stderrText())?.[1] ?? '', follower };
  }

  async function untilFinished(id: string): Promise<void> {
    const { client } = processes;
    await until('the job has ended', async () => (await client.show(id)).state === 'Finished');
  }

  /** The whole log starts with what was seen of it, and has each line once: the client continued where it was. */
  async function expectWhole(id: string, seen: readonly string[], ticks: number): Promise<string[]> {
    const log = await processes.logOf(id);
    expect(seen.length).toBeGreaterThan(10);
    expect(log.slice(0, seen.length)).toEqual(seen);
    expect(new Set(log).size).toBe(log.length);
    const said = log.flatMap((line) => /"tick (\d+) of/.exec(line)?.[1] ?? []).map(Number);
    expect(said).toEqual(Array.from({ length: ticks }, (_item, index) => index + 1));
    expect(await processes.job(id)).toMatchObject({ state: 'Finished', health: 'Complete' });
    return log;
  }

  async function expectFollowed(id: string, follower: RunningLavaflow): Promise<void> {
    expect(await exitCode(follower)).toBe(0);
    const again = await processes.runAsAdmin(['jobs', 'logs', id]);
    expect(follower.stdoutText()).toBe(again.stdout);
  }

  test('of the master: the job and its log continue', async () => {
    const { id, follower } = await startJob(12);
    const seen = await processes.logOf(id);
    await killHard(processes.master());
    await processes.startMaster();
    expect((await processes.logOf(id)).slice(0, seen.length)).toEqual(seen);
    await untilFinished(id);
    await expectWhole(id, seen, 12);
    await expectFollowed(id, follower);
    expect(await processes.run(['plan', '--rev', 'HEAD'])).toMatchObject({ code: 0 });
  });

  test('of the master, which stays away until the job is over', async () => {
    const { id, follower } = await startJob(6);
    const seen = await processes.logOf(id);
    await killHard(processes.master());
    const output = await finalOutput(id);
    await until('the client says why it waits', () => follower.stderrText().includes('; retrying'));
    await processes.startMaster();
    await untilFinished(id);
    expect(await expectWhole(id, seen, 6)).toEqual(output);
    await expectFollowed(id, follower);
  });

  test('of the dispatcher: the next one picks the job up', async () => {
    const { id, follower } = await startJob(12);
    const seen = await processes.logOf(id);
    await killHard(dispatcher);
    await processes.startDispatcher();
    await untilFinished(id);
    await expectWhole(id, seen, 12);
    await expectFollowed(id, follower);
    await until('the dispatcher has let go of it', () => !existsSync(processes.jobDirectory(id)));
  });

  test('of the dispatcher, which stays away until the job is over', async () => {
    const { id } = await startJob(6);
    const seen = await processes.logOf(id);
    await killHard(dispatcher);
    const output = await finalOutput(id);
    await processes.startDispatcher();
    await untilFinished(id);
    expect(await expectWhole(id, seen, 6)).toEqual(output);
  });

  test('of the dispatcher and the executor: the job ends as an infrastructure error, and the board is checked', async () => {
    const { client, root } = processes;
    const { id, follower } = await startJob(60);
    const seen = await processes.logOf(id);
    // Without its watchdog, which survives. As root, an executor is below the process that holds its namespaces.
    const executors = processesOf(root).filter(
      ({ command }) => command.includes(`--job-id ${id}`) && !command.includes('watchdog'),
    );
    expect(executors.length).toBeGreaterThan(0);
    await killHard(dispatcher);
    for (const { pid } of executors) process.kill(pid, 'SIGKILL');
    await until('nothing of the job runs', () => processesOf(processes.jobDirectory(id)).length === 0);

    dispatcher = await processes.startDispatcher();
    await untilFinished(id);
    const device = (await client.show(id)).device ?? '';
    const healthOf = async () => (await client.devices()).find(({ name }) => name === device)?.health;
    expect(await healthOf()).toBe('Unknown');
    expect(await processes.job(id)).toMatchObject({ health: 'Incomplete', error_type: 'Infrastructure' });
    const log = await processes.logOf(id);
    expect(log.slice(0, seen.length)).toEqual(seen);
    expect(log.at(-1)).toContain('"result":"fail"');
    expect(await exitCode(follower)).toBe(1);
    await untilBoardsAreGood(client);
    const check = await processes.job(String(Number(id) + 1));
    expect(check).toMatchObject({ health_check: true, actual_device: device, health: 'Complete' });
    expect(hasEnded(boards)).toBe(false);
  });

  /** What the executor wrote, once it has ended. */
  async function finalOutput(id: string): Promise<string[]> {
    const directory = processes.jobDirectory(id);
    await until('the executor has ended', () => existsSync(join(directory, 'result.yaml')));
    return readFileSync(join(directory, 'output.yaml'), 'utf8').trimEnd().split('\n');
  }
});

/** Whether the controller reports that a revision is applied and nothing is left to do or report. */
function isIdleAt(revision: string): boolean {
  const file = join(processes.lab.directory, '.lavaflow', 'status.json');
  if (!existsSync(file)) return false;
  const status = JSON.parse(readFileSync(file, 'utf8')) as ControllerStatus;
  const own = status.masters['own'];
  return own?.state === 'idle' && own.lastApplied?.revision === revision && own.problems.length === 0;
}
