/** Two reconcilers on one master, as processes: one waits or gives up; they never work at the same time. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile } from '../../../src/reconcile/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';
import { desiredMaster, policy, smallLab } from '../../support/lab/desired.js';
import { startGitHttpServer, type GitHttpServer } from '../../support/git/git-http-server.js';
import { slowness } from '../../support/clocks.js';
import { isThorough } from '../../support/effort.js';
import { isolatedGit, testRepositoryAt, type TestRepository } from '../../support/git/git-repository.js';
import type { Manner } from '../../support/processes/reconcile-process.js';
import { makeReconcilers, type Reconcilers } from '../../support/processes/reconciler.js';
import { openRecords, patientTimes, type RecordsAddress } from '../../support/processes/records.js';

const account = { username: 'x-access-token', secret: 'a-secret-token' };
const lab = smallLab(12);

let reconcilers: Reconcilers;
let directory: string;
let labFile: string;
let remote: TestRepository;
let server: GitHttpServer;
beforeAll(async () => {
  reconcilers = await makeReconcilers();
});
afterAll(() => {
  reconcilers.remove();
});
beforeEach(async () => {
  process.env['GIT_CONFIG_GLOBAL'] = isolatedGit.GIT_CONFIG_GLOBAL;
  directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-two-'));
  labFile = path.join(directory, 'lab.json');
  writeFileSync(labFile, JSON.stringify(lab));
  remote = testRepositoryAt(path.join(directory, 'server', 'lab.git'));
  const clone = testRepositoryAt(path.join(directory, 'clone'));
  for (const one of [remote, clone]) mkdirSync(one.directory, { recursive: true });
  await remote.git('init', '--quiet', '--bare', '--initial-branch=main');
  await clone.git('init', '--quiet', '--initial-branch=main');
  await clone.commit({ 'lab-config/lab.yaml': 'one' });
  await clone.git('push', '--quiet', remote.directory, 'main');
  server = await startGitHttpServer(path.join(directory, 'server'), account);
});
afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** Each has its own directory, as on two machines; files are shared. */
function addressOf(store: 'files' | 'refs', who: string): RecordsAddress {
  if (store === 'files') return { file: path.join(directory, 'records') };
  const url = new URL(`${server.url}/lab.git`);
  url.username = account.username;
  url.password = account.secret;
  const workDirectory = path.join(directory, `work-${who}`);
  return { lab: path.join(directory, 'clone'), remote: url.href, workDirectory };
}

async function expectConverged(
  master: SimulatedMaster,
  records: RecordsAddress,
  wanted: readonly ConfigurationObject[] = lab,
): Promise<void> {
  const calls = master.history().map(({ call, object }) => `${call} ${object}`);
  expect(new Set(calls).size).toBe(calls.length);
  expect(master.history().filter(({ outcome }) => outcome !== 'done')).toEqual([]);
  const plan = await planMaster({
    target: createMasterTarget(master),
    desired: desiredMaster(wanted),
    records: openRecords(records),
    policy,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
  });
  expect(plan.changes).toEqual([]);
  expect(await openRecords(records).readIntent('main')).toBeNull();
}

describe.each(['files', 'refs'] as const)('two reconcilers with records in %s', (store) => {
  let master: SimulatedMaster;
  let onWrite: (number: number) => Promise<void>;
  beforeEach(async () => {
    onWrite = () => Promise.resolve();
    master = await startSimulatedMaster({
      release: '2023.01',
      beforeWrite: (number) => onWrite(number),
    });
  });
  afterEach(async () => {
    await master.stop();
  });
  const start = (who: string, lockWaitMs: number, manner?: Manner) =>
    reconcilers.start(master, addressOf(store, who), labFile, lockWaitMs, manner);

  it('started together do the work once: the one that waited finds nothing to do', async () => {
    const ends = await Promise.all(['a', 'b', 'c'].map((who) => start(who, 60_000).ended));
    expect(ends).toMatchObject(ends.map(() => ({ code: 0, errors: '' })));
    const counts = ends.map(({ output }) => (JSON.parse(output) as string[]).length).sort((a, b) => a - b);
    expect(counts).toEqual([0, 0, lab.length]);
    await expectConverged(master, addressOf(store, 'a'));
  });

  it('of which one may not wait: it reports who is at work, and writes nothing', async () => {
    let second: Awaited<ReturnType<typeof start>['ended']> | null = null;
    const first = start('a', 60_000);
    // In the middle of the first one's writes.
    onWrite = async (number) => {
      if (number === 5) second = await start('b', 0).ended;
    };
    expect((await first.ended).code).toBe(0);
    expect(second).toMatchObject({ code: 1, output: '' });
    expect((second as unknown as { errors: string }).errors).toMatch(
      new RegExp(`^soon: .*process ${first.child.pid ?? 0} on .* has held it`),
    );
    await expectConverged(master, addressOf(store, 'a'));
  });

  it('of which the first is killed while the second waits: the second takes over and finishes', async () => {
    let second: ReturnType<typeof start> | null = null;
    const first = start('a', 60_000);
    onWrite = async (number) => {
      if (number !== 7) return;
      second = start('b', 60_000);
      first.child.kill('SIGKILL');
      await first.ended;
    };
    expect((await first.ended).signal).toBe('SIGKILL');
    expect(await (second as ReturnType<typeof start> | null)?.ended).toMatchObject({ code: 0, errors: '' });
    await expectConverged(master, addressOf(store, 'b'));
  });
});

/** A push takes longer on a slow machine, and must be done within the life of a lock. */
const slower = (ms: number) => Math.round(ms * Math.min(4, slowness()));

/** Boards whose writes come in two requests each, one straight after the other. */
const twoStepLab = lab.map((object) =>
  object.kind === 'device' ? { ...object, fields: { ...object.fields, version: '2' } } : object,
);

describe.each(['files', 'refs'] as const)('a reconciler on another machine, with records in %s', (store) => {
  let master: SimulatedMaster;
  let onWrite: (number: number, object: string) => Promise<void>;
  beforeEach(async () => {
    writeFileSync(labFile, JSON.stringify(twoStepLab));
    onWrite = () => Promise.resolve();
    master = await startSimulatedMaster({
      release: '2023.01',
      beforeWrite: (number, object) => onWrite(number, object),
    });
  });
  afterEach(async () => {
    await master.stop();
  });
  const start = (who: string, lockWaitMs: number, manner: Manner) =>
    reconcilers.start(master, addressOf(store, who), labFile, lockWaitMs, { host: who, ...manner });
  const writesOf = () => master.history().map(({ call, object }) => `${call} ${object}`);

  it('that was suspended until another took over writes nothing after it resumes', async () => {
    // With files, another process waits twice the time; with a ref, once.
    const times = { ttlMs: slower(store === 'files' ? 4000 : 10_000), renewMs: 200 };
    const first = start('a', 3 * times.ttlMs, { times });
    let second: ReturnType<typeof start> | null = null;
    // In the request that creates the boards; the request with their versions is next.
    onWrite = (_, object) => {
      if (second === null && object === 'device/board-3') {
        first.child.kill('SIGSTOP');
        second = start('b', 3 * times.ttlMs, { times });
      }
      return Promise.resolve();
    };
    await expect.poll(() => second).not.toBeNull();
    expect(await (second as ReturnType<typeof start> | null)?.ended).toMatchObject({ code: 0, errors: '' });
    const before = writesOf();
    first.child.kill('SIGCONT');
    const end = await first.ended;
    expect(end).toMatchObject({ code: 1, output: '' });
    expect(end.errors).toMatch(/^soon: .*another process acquired it, or may have/);
    expect(writesOf()).toEqual(before);
    await expectConverged(master, addressOf(store, 'b'), twoStepLab);
  });

  it('whose clock is one hour ahead waits for one that renews its lock', async () => {
    const times = { ttlMs: slower(20_000), renewMs: store === 'files' ? 2000 : 4000 };
    let second: Awaited<ReturnType<typeof start>['ended']> | null = null;
    const first = start('a', 60_000, { times });
    onWrite = async (number) => {
      if (number !== 5) return;
      second = await start('b', 2 * times.renewMs, { times, clockAheadMs: 3_600_000 }).ended;
    };
    expect((await first.ended).code).toBe(0);
    expect(second).toMatchObject({ code: 1, output: '' });
    expect((second as unknown as { errors: string }).errors).toContain('on a has held it');
    await expectConverged(master, addressOf(store, 'a'), twoStepLab);
  });
});

it('a scan that finds nothing to write pushes nothing to the repository of the records', async () => {
  const master = await startSimulatedMaster({ release: '2023.01' });
  try {
    const pushes = () =>
      server.requests.filter((line) => line.startsWith('POST') && line.includes('receive-pack'));
    const neverRenewed = { ...patientTimes, ttlMs: 3_600_000, renewMs: 1_800_000 };
    const scan = () =>
      reconcile({
        target: createMasterTarget(master),
        desired: desiredMaster(lab),
        records: openRecords(addressOf('refs', 'a'), neverRenewed),
        policy: { ...policy, maxUpdateShare: 1 },
        mode: 'enforce',
        revision: { repository: '/lab', revision: 'r1' },
        consents: noConsents,
        locksOnlyToWrite: true,
      });
    expect((await scan()).outcomes).toHaveLength(lab.length);
    // Lock, intent, record, settled, lock released.
    expect(pushes()).toHaveLength(5);
    expect((await scan()).outcomes).toEqual([]);
    expect(pushes()).toHaveLength(5);
  } finally {
    await master.stop();
  }
});

describe('a reconciler with records in refs that is killed at an exchange with the remote', () => {
  /** Acquire the lock, intent, record, settle, release the lock. */
  const pushes = [1, 2, 3, 4, 5];
  const moments = pushes.flatMap((nth) => ['before', 'after'].map((moment) => [moment, nth] as const));
  /** Before the lock exists, while only the intent does, and when only the lock is left. */
  const usual = moments.filter((_, index) => [0, 3, 8].includes(index));
  it.each(isThorough ? moments : usual)('just %s push %i converges at the next run', async (moment, nth) => {
    const master = await startSimulatedMaster({ release: '2023.01' });
    try {
      const first = reconcilers.start(master, addressOf('refs', 'a'), labFile);
      let seen = 0;
      server.fault = ({ method, path: at }) => {
        if (method !== 'POST' || !at.endsWith('/git-receive-pack')) return 'pass';
        seen += 1;
        if (seen !== nth) return 'pass';
        first.child.kill('SIGKILL');
        // git itself keeps running for a moment, and does not notice.
        return moment === 'before' ? { status: 503, body: '' } : 'lose-answer';
      };
      expect((await first.ended).signal).toBe('SIGKILL');
      server.fault = () => 'pass';

      const second = await reconcilers.start(master, addressOf('refs', 'b'), labFile).ended;
      expect(second).toMatchObject({ code: 0, errors: '' });
      await expectConverged(master, addressOf('refs', 'b'));
      await remote.git('fsck', '--strict');
      expect(existsSync(path.join(directory, 'work-b'))).toBe(true);
    } finally {
      await master.stop();
    }
  });
});
