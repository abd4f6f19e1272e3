import { describe, expect, it } from 'vitest';

import { noConsents, pendingChanges } from '../../../src/plan/index.js';
import type { Suspension } from '../../../src/model/index.js';
import {
  detectDrift,
  planMaster,
  reconcile,
  suspensionFromText,
  suspensionToText,
  verdictOfApply,
  type Progress,
  type ReconcileRequest,
} from '../../../src/reconcile/index.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';

const suspension: Suspension = {
  master: 'main',
  owner: '@keeper',
  reason: 'moving the racks',
  since: '2026-12-01T08:00:00.000Z',
  until: '2026-12-02T08:00:00.000Z',
};
const before = new Date('2026-12-02T07:59:59.999Z');
const after = new Date(suspension.until);

/** A lab that was applied and then changed. The master is suspended. */
async function suspendedLab() {
  const [target, records] = [modelMaster(), memoryRecords()];
  const clock = { now: before };
  const steps: Progress[] = [];
  const request = (more: Partial<ReconcileRequest> = {}): ReconcileRequest => ({
    target,
    records,
    desired: desiredMaster([...smallLab(3), worker('w9')]),
    policy,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r2' },
    consents: noConsents,
    now: () => clock.now,
    onProgress: (progress) => steps.push(progress),
    ...more,
  });
  await reconcile(request({ desired: desiredMaster(smallLab(3)) }));
  records.suspension = suspension;
  steps.length = 0;
  return { target, records, request, clock, steps };
}

const ends = (steps: readonly Progress[]) => steps.filter(({ step }) => step === 'suspension ended');

describe('a suspended master', () => {
  it.each([
    {},
    { locksOnlyToWrite: true },
    { onlyChanged: true },
    { consents: { ...noConsents, force: 'x' } },
  ])('is only looked at, without its lock: %j', async (more) => {
    const { target, records, request } = await suspendedLab();
    const [writes, locks] = [target.writes, records.locks];
    records.onWrite = () => {
      throw new Error('a record was written');
    };
    const result = await reconcile(request(more));
    expect(result.refused).toEqual({ kind: 'suspended', suspension });
    expect([result.outcomes, target.writes, records.locks]).toEqual([[], writes, locks]);
    expect(pendingChanges(result.plan)).not.toEqual([]);
    expect(verdictOfApply(result, false)).toEqual({
      code: 4,
      why: 'nothing was applied: the master is suspended',
    });
  });

  it('is not written to if it was suspended while the lock was waited for', async () => {
    const { target, records, request } = await suspendedLab();
    records.suspension = null;
    const { writes } = target;
    const late: typeof records.withLock = (master, waitMs, task) => {
      records.suspension = suspension;
      return records.withLock(master, waitMs, task);
    };
    const result = await reconcile(request({ records: { ...records, ...readers(records), withLock: late } }));
    expect(result.refused?.kind).toBe('suspended');
    expect(target.writes).toBe(writes);
  });

  it('is named by plans and drift reports, with the drift', async () => {
    const { target, request } = await suspendedLab();
    setField(target, 'worker/w1', 'description', 'by hand');
    const remark =
      'suspended until 2026-12-02T08:00:00Z by @keeper, since 2026-12-01T08:00:00Z: moving the racks. Nothing is written to this master until then';
    expect((await planMaster(request())).remarks).toContain(remark);
    const { plan, drift } = await detectDrift(request());
    expect(plan.remarks).toContain(remark);
    expect(drift.map(({ key }) => key)).toEqual(['worker/w1']);
  });

  it('is reconciled when the time is reached, which is said once', async () => {
    const { records, request, clock, steps } = await suspendedLab();
    clock.now = after;
    expect((await planMaster(request())).remarks[0]).toMatch(/^was suspended until .* the next apply writes/);
    const result = await reconcile(request({ locksOnlyToWrite: true }));
    expect(result.refused).toBeUndefined();
    expect(result.outcomes).toMatchObject([{ key: 'worker/w9', status: 'done' }]);
    expect(ends(steps)).toHaveLength(1);
    await reconcile(request());
    expect(ends(steps)).toHaveLength(1);
    expect(records.suspension).toEqual({ ...suspension, isEndTold: true });
    expect((await planMaster(request())).remarks.join()).not.toContain('suspended');
  });

  it('says the end once even if there is nothing to write', async () => {
    const { request, clock, steps } = await suspendedLab();
    clock.now = after;
    const same = request({ desired: desiredMaster(smallLab(3)), locksOnlyToWrite: true });
    await reconcile(same);
    await reconcile(same);
    expect(ends(steps)).toHaveLength(1);
  });

  it('is suspended again when a clock that was ahead is corrected', async () => {
    const { target, request, clock } = await suspendedLab();
    clock.now = new Date('2030-01-01');
    await reconcile(request());
    clock.now = before;
    const { writes } = target;
    setField(target, 'worker/w1', 'description', 'by hand');
    expect((await reconcile(request())).refused?.kind).toBe('suspended');
    expect(target.writes).toBe(writes);
  });
});

/** Reads what the store contains at that time. */
function readers(records: ReturnType<typeof memoryRecords>) {
  return {
    read: () => Promise.resolve(records.record),
    readSuspension: () => Promise.resolve(records.suspension),
  };
}

describe('the text of a suspension', () => {
  it('is read as it was written', () => {
    for (const one of [suspension, { ...suspension, isEndTold: true as const, reason: '"\n' }]) {
      expect(suspensionFromText(suspensionToText(one), 'main', 'here')).toEqual(one);
    }
  });

  it.each([
    '',
    '{}',
    'null',
    suspensionToText({ ...suspension, master: 'other' }),
    suspensionToText({ ...suspension, until: 'tomorrow' }),
  ])('is an error if it is damaged, never "not suspended": %s', (text) => {
    expect(() => suspensionFromText(text, 'main', '/records/main.suspension.json')).toThrow(
      /^cannot read whether the master is suspended \(\/records\/main\.suspension\.json\): .* Run lavaflow resume main/s,
    );
  });
});
