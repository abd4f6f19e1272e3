/**
 * How a reconciliation handles a master that lies to readers. The simulated master lies by its own faults, as in a
 * rehearsal. A lie that is consistent across all APIs cannot be detected; then the writes must do no harm.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import type { AppliedRecord, ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type ReconcileResult } from '../../../src/reconcile/index.js';
import { type Fault, type SimulatedMaster, startSimulatedMaster } from '../../../src/simulator/index.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, type MemoryRecords } from '../../support/targets/model-master.js';

let master: SimulatedMaster;
let records: MemoryRecords;
beforeEach(async () => {
  records = memoryRecords();
  master = await startSimulatedMaster({ release: '2023.01' });
  await run(lab);
});
afterEach(async () => {
  await master.stop();
});

const lab = smallLab(6);
/** A new description and two more boards. */
const next = [
  ...smallLab(8).filter(({ kind }) => kind !== 'worker'),
  worker('w1', { description: 'new', health: 'Active', jobLimit: 2, env: 'http_proxy: x\n' }),
];
const requestFor = (objects: readonly ConfigurationObject[]) => ({
  target: createMasterTarget(master),
  desired: desiredMaster(objects),
  records,
  policy: { ...policy, maxUpdateShare: 1, maxRemoveShare: 1 },
  mode: 'enforce' as const,
  revision: { repository: '/lab', revision: 'r1' },
  consents: noConsents,
});
const run = (objects: readonly ConfigurationObject[]): Promise<ReconcileResult> =>
  reconcile(requestFor(objects));

/** The writes since the last call, and how many of them were executed. */
const writes = () => master.history().map(({ call, object, outcome }) => `${call} ${object} ${outcome}`);

async function expectConverged(objects: readonly ConfigurationObject[]): Promise<void> {
  master.setFaults([]);
  await run(objects);
  expect((await planMaster(requestFor(objects))).changes).toEqual([]);
  expect(records.intent).toBeNull();
}

describe('a master that lies to readers', () => {
  it.each<[string, Fault]>([
    ['hides a board', { match: { method: 'GET' }, kind: 'hide', names: '^device/board-2$' }],
    ['hides all boards', { match: { method: 'GET' }, kind: 'hide', names: '^device/' }],
    ['hides everything', { match: { method: 'GET' }, kind: 'hide' }],
    ['hides workers and types', { match: { path: '^/api/' }, kind: 'hide', names: '^(worker|device-type)/' }],
    ['cuts its lists', { match: { path: 'devices/' }, kind: 'cut' }],
    ['gives wrong pages', { match: {}, kind: 'wrong-page' }],
    ['hides a template once', { match: { rpc: 'get_template', nth: 1 }, kind: 'hide', names: '^template/' }],
    ['hides a health check once', { match: { rpc: 'get_health_check', nth: 1 }, kind: 'hide' }],
  ])('and %s is asked again later; nothing is written, nothing forgotten', async (_, fault) => {
    const before: [string[], AppliedRecord | null] = [writes(), records.record];
    for (const objects of [lab, next, smallLab(3)]) {
      master.setFaults([fault]);
      await expect(run(objects)).rejects.toMatchObject({ name: 'ExternalError', retry: 'soon' });
    }
    expect([writes(), records.record, records.intent]).toEqual([...before, null]);
    await expectConverged(next);
  });

  it('and shows an old state is not trusted about missing objects', async () => {
    master.setFaults([{ match: { path: '^/never' }, kind: 'stale' }]);
    await run(next);
    const before = [writes(), records.record];
    master.setFaults([{ match: { path: 'devices/' }, kind: 'stale' }]);
    await expect(run(next)).rejects.toMatchObject({ retry: 'soon' });
    expect([writes(), records.record]).toEqual(before);
    await expectConverged(next);
    expect(writes()).toEqual(before[0]);
  });

  it('and shows the state before the writes: they count as failed, and the next run finds them', async () => {
    master.setFaults([{ match: {}, kind: 'stale' }]);
    const { outcomes } = await run(next);
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
    expect(outcomes[0]?.reason).toContain('the master returns something other than what was written');
    expect(records.intent?.objects.size).toBe(1);
    const before = writes();
    await expectConverged(next);
    // The worker is not written again.
    expect(writes().slice(before.length).join('\n')).not.toContain('worker/w1');
  });

  it('consistently about unknown boards does not harm any of them', async () => {
    // Somebody else's board, with the name of one that the lab is about to add.
    const theirs = '{# theirs #}\n';
    master.setFaults([{ match: { path: '^/api/' }, kind: 'hide', names: '^device/board-8$' }]);
    const other = createMasterTarget(master);
    const [board] = smallLab(8).filter(({ name }) => name === 'board-8');
    if (board?.kind !== 'device') throw new Error('no board-8');
    const foreign = { ...board, fields: { ...board.fields, dictionary: theirs } };
    const change = { key: 'device/board-8', verb: 'create', cause: 'this change', fields: [] } as const;
    const revision = { repository: '/other', revision: 'r', fingerprint: 'f' };
    await other.apply([{ ...change, object: foreign }], revision, () => undefined);
    const dictionary = 'dispatcher-config/devices/board-8.jinja2';
    expect(master.state.files.get(dictionary)).toBe(theirs);

    const { outcomes } = await run(next);
    expect(outcomes.filter(({ status }) => status !== 'done')).toMatchObject([
      { key: 'device/board-8', reason: expect.stringContaining('or the master did not list it') as string },
    ]);
    expect(master.state.files.get(dictionary)).toBe(theirs);
  });

  it('consistently about everything does not lose anything', async () => {
    const before = structuredClone(master.state);
    master.setFaults([{ match: {}, kind: 'hide', names: '^(device|worker|device-type)/' }]);
    const { outcomes } = await run(lab);
    // It looks as if somebody had deleted everything: existing objects cannot be created, and the outcomes report it.
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter(({ status }) => status === 'done')).toEqual([]);
    expect(master.state.devices).toEqual(before.devices);
    expect(master.state.files).toEqual(before.files);
    await expectConverged(lab);
    expect(records.record?.objects.size).toBe(lab.length);
  });
});
