/** A reconciler that is killed with SIGKILL, and how the next run recovers. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import {
  keyOf,
  type AppliedRecord,
  type ConfigurationObject,
  type ObservedMaster,
} from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type MasterTarget } from '../../../src/reconcile/index.js';
import {
  startSimulatedMaster,
  type MasterState,
  type SimulatedMaster,
  type Write,
} from '../../../src/simulator/index.js';
import { desiredMaster, device, policy, smallLab, worker } from '../../support/lab/desired.js';
import { isThorough } from '../../support/effort.js';
import { makeReconcilers, type Reconcilers } from '../../support/processes/reconciler.js';
import { openRecords, type RecordsAddress } from '../../support/processes/records.js';

let reconcilers: Reconcilers;
let directory: string;
beforeAll(async () => {
  reconcilers = await makeReconcilers();
  directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-killed-'));
});
afterAll(() => {
  reconcilers.remove();
  rmSync(directory, { recursive: true });
});

const requestFor = (target: MasterTarget, records: RecordsAddress, lab: readonly ConfigurationObject[]) => ({
  target,
  desired: desiredMaster(lab),
  records: openRecords(records),
  policy: { ...policy, maxUpdateShare: 1 },
  mode: 'enforce' as const,
  revision: { repository: '/lab', revision: 'r1' },
  consents: noConsents,
});

function writeLab(name: string, lab: readonly ConfigurationObject[]): string {
  const file = path.join(directory, name);
  writeFileSync(file, JSON.stringify(lab));
  return file;
}

/** Calls that create objects: a second call would create a second object, or fail. */
const made = (history: readonly Write[]) =>
  history.filter(({ call }) => call.endsWith('.add') && !call.includes('tags'));

async function expectConverged(
  target: MasterTarget,
  records: RecordsAddress,
  lab: readonly ConfigurationObject[],
): Promise<ObservedMaster['objects']> {
  const observed = await target.observe(new Set(lab.map(keyOf)));
  for (const object of lab.map((object) => target.normalise(object))) {
    expect(observed.objects.get(keyOf(object))?.fields).toMatchObject(object.fields);
  }
  expect((await planMaster(requestFor(target, records, lab))).changes).toEqual([]);
  expect(await openRecords(records).readIntent('main')).toBeNull();
  return observed.objects;
}

describe('a reconciler that is killed while it creates a new lab', () => {
  const lab: ConfigurationObject[] = [...smallLab(20), worker('w2', { health: 'Maintenance', jobLimit: 3 })];

  it.each([1, 2, 4, 7, 9, 30, 68])(
    'at write %i converges at the next run, another process',
    async (killAt) => {
      let onWrite: (number: number) => Promise<void> = () => Promise.resolve();
      const master = await startSimulatedMaster({
        release: '2023.01',
        beforeWrite: (number) => onWrite(number),
      });
      const records = { file: path.join(directory, `records-${killAt}`) };
      const labFile = writeLab('lab.json', lab);
      try {
        const first = reconcilers.start(master, records, labFile);
        // The master finishes the request, and no process gets the response.
        onWrite = async (number) => {
          if (number !== killAt) return;
          first.child.kill('SIGKILL');
          await first.ended;
        };
        expect((await first.ended).signal).toBe('SIGKILL');
        onWrite = () => Promise.resolve();

        // It also finds the lock of the dead process.
        const second = await reconcilers.start(master, records, labFile).ended;
        expect(second).toMatchObject({ code: 0, signal: null, errors: '' });

        // Nothing was created twice, and nothing that was done was tried again.
        expect(master.history().filter(({ outcome }) => outcome !== 'done')).toEqual([]);
        const adds = made(master.history());
        expect(new Set(adds.map(({ object }) => object)).size).toBe(adds.length);
        await expectConverged(createMasterTarget(master), records, lab);
      } finally {
        await master.stop();
      }
    },
  );
});

/** With LAVAFLOW_EVERY_KILL=1, the reconciler is killed at every single write. This takes some minutes. */
const usualStep = isThorough ? 8 : 24;
const step = process.env['LAVAFLOW_EVERY_KILL'] === '1' ? 1 : usualStep;

/** An apply of 200 objects: 188 change, 12 are new. */
describe('a reconciler that is killed at each write of an apply of 200 objects', () => {
  const hundred = { length: 180 };
  const text = (version: string, index: number) => `{% extends 'qemu.jinja2' %}\n{# ${version} ${index} #}\n`;
  const boards = (version: string) =>
    Array.from(hundred, (_, index) => device(`board-${index}`, { dictionary: text(version, index) }));
  const workers = (version: string) =>
    ['w1', 'w2', 'w3', 'w4', 'w5'].map((name) => worker(name, { description: version }));
  const common = (version: string): ConfigurationObject[] => [
    { kind: 'template', name: 'qemu', fields: { text: `{# ${version} #}\n` } },
    { kind: 'device-type', name: 'qemu', fields: { description: version } },
    { kind: 'health-check', name: 'qemu', fields: { job: `job_name: ${version}\n` } },
  ];
  const before = [...common('old'), ...workers('old'), ...boards('old')];
  const fresh = [
    ...Array.from({ length: 2 }, (_, index) => worker(`new-${index}`, { description: 'new', jobLimit: 2 })),
    ...Array.from({ length: 10 }, (_, index) =>
      device(`new-${index}`, { worker: `new-${index % 2}`, health: 'Maintenance', tags: ['a'] }),
    ),
  ];
  const after = [...common('new'), ...workers('new'), ...boards('new'), ...fresh];

  /** A master with `before`, and its record; from the second one on, a copy. */
  async function startPrepared(
    records: { readonly file: string },
    beforeWrite: (number: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<SimulatedMaster> {
    const prepared = path.join(directory, 'prepared');
    state ??= await prepare(prepared);
    cpSync(prepared, records.file, { recursive: true });
    return startSimulatedMaster({ release: '2023.01', state: structuredClone(state), beforeWrite });
  }
  let state: MasterState | null = null;

  async function prepare(records: string): Promise<MasterState> {
    const master = await startSimulatedMaster({ release: '2023.01' });
    try {
      const request = requestFor(createMasterTarget(master), { file: records }, before);
      const { outcomes } = await reconcile(request);
      expect(outcomes.filter(({ status }) => status === 'done')).toHaveLength(before.length);
      return structuredClone(master.state);
    } finally {
      await master.stop();
    }
  }

  interface End {
    readonly history: readonly Write[];
    readonly objects: ObservedMaster['objects'];
    readonly record: AppliedRecord | null;
  }

  /** What both runs together did; null when the first one ended before it could be killed. */
  async function killAndRepeat(killAt: number, labFile: string): Promise<End | null> {
    const records = { file: path.join(directory, `killed-${killAt}`) };
    let stop: (number: number) => Promise<void> = () => Promise.resolve();
    const master = await startPrepared(records, (number) => stop(number));
    try {
      const first = reconcilers.start(master, records, labFile);
      stop = async (number) => {
        if (number !== killAt) return;
        first.child.kill('SIGKILL');
        await first.ended;
      };
      const { signal, errors } = await first.ended;
      if (signal === null) {
        expect(errors).toBe('');
        return null;
      }
      expect(signal).toBe('SIGKILL');
      stop = () => Promise.resolve();

      const target = createMasterTarget(master);
      const second = await reconcile(requestFor(target, records, after));
      expect(second.failure).toBeUndefined();
      expect(second.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      const history = [...master.history()];
      const objects = await expectConverged(target, records, after);
      return { history, objects, record: second.record };
    } finally {
      await master.stop();
      rmSync(records.file, { recursive: true });
    }
  }

  it(
    'converges each time, with nothing lost and nothing done twice',
    async () => {
      const labFile = writeLab('two-hundred.json', after);
      const whole = await killAndRepeat(Number.MAX_SAFE_INTEGER, labFile);
      expect(whole).toBeNull();

      const records = { file: path.join(directory, 'whole') };
      const master = await startPrepared(records);
      const target = createMasterTarget(master);
      const { outcomes, record } = await reconcile(requestFor(target, records, after));
      const history = [...master.history()];
      const reached = await expectConverged(target, records, after);
      await master.stop();
      expect(outcomes).toHaveLength(200);

      const called = new Set(history.map(({ call, object }) => `${call} ${object}`));
      expect(called.size).toBe(history.length);
      const problems: string[] = [];
      await inTurns(2, Math.ceil(history.length / step), async (index) => {
        const killAt = index * step + 1;
        const end = await killAndRepeat(killAt, labFile);
        if (end === null) {
          problems.push(`${killAt}: it was not killed`);
          return;
        }
        const calls = end.history.map(({ call, object }) => `${call} ${object}`);
        const twice = calls.filter((call, at) => calls.indexOf(call) !== at);
        const strange = calls.filter((call) => !called.has(call));
        const refused = end.history.filter(({ outcome }) => outcome !== 'done');
        if (twice.length + strange.length + refused.length > 0)
          problems.push(`${killAt}: ${JSON.stringify({ twice, strange, refused })}`);
        expect(end.objects, String(killAt)).toEqual(reached);
        expect(end.record?.objects, String(killAt)).toEqual(record?.objects);
      });
      expect(problems).toEqual([]);
      expect(existsSync(path.join(directory, 'killed-1'))).toBe(false);
    },
    30 * 60_000,
  );
});

/** Runs `task` for 0, 1, 2... a few at a time. */
async function inTurns(width: number, count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const turn = async () => {
    for (let index = next++; index < count; index = next++) await task(index);
  };
  await Promise.all(Array.from({ length: width }, turn));
}
