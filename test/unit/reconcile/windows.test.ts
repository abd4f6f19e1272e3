import { describe, expect, it } from 'vitest';

import {
  embeddedOnly,
  type DrainWindow,
  type MaintenanceWindow,
  type ObjectKey,
  type WorkerFields,
} from '../../../src/model/index.js';
import { isEmpty, noConsents, planFromJson, planToJson, waitingOf } from '../../../src/plan/index.js';
import {
  detectDrift,
  planMaster,
  reconcile,
  verdictOfApply,
  type ReconcileRequest,
} from '../../../src/reconcile/index.js';
import { whyUnchecked } from '../../../src/reconcile/canary/unchecked.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';

/** Each Tuesday from 12 to 13 o'clock. */
const window = (rule: MaintenanceWindow['rule'], of = 'site here'): MaintenanceWindow => ({
  ...{ timeZone: 'Europe/Berlin', days: ['tuesday'], from: '12:00', to: '13:00' },
  ...{ rule, of, reason: 'moving the racks' },
});
const inside = new Date('2026-12-01T11:30:00Z');
const outside = new Date('2026-12-01T12:00:00Z');

/** As a master has it. */
const night: DrainWindow = {
  ...{ timeZone: 'UTC', days: ['monday'], from: '22:00', to: '23:00' },
  ...{ of: 'worker w0', reason: null },
};

/** A lab that was applied, and then got two workers; `w8` has this window. */
async function labWith(one: MaintenanceWindow) {
  const [target, records] = [modelMaster(), memoryRecords()];
  const clock = { now: inside };
  const desired = desiredMaster([...smallLab(2), worker('w8', { description: 'ours' }), worker('w9')]);
  const windows = new Map<ObjectKey, readonly MaintenanceWindow[]>([['worker/w8', [one]]]);
  const request = (more: Partial<ReconcileRequest> = {}): ReconcileRequest => ({
    target,
    records,
    desired: { ...desired, windows },
    policy,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r2' },
    consents: noConsents,
    now: () => clock.now,
    ...more,
  });
  await reconcile(request({ desired: desiredMaster(smallLab(2)) }));
  return { target, records, request, clock };
}

const created = (outcomes: readonly { readonly key: string }[]) => outcomes.map(({ key }) => key).sort();

describe('maintenance windows', () => {
  it('hold back only the objects that they apply to, and name window and time', async () => {
    const { request } = await labWith(window('denied'));
    const plan = await planMaster(request());
    expect(waitingOf(plan)).toMatchObject([
      {
        key: 'worker/w8',
        verb: 'keep',
        hold: 'window',
        reason:
          'not changed during the maintenance window of site here (moving the racks); to be changed after it, from 2026-12-01T12:00Z',
      },
    ]);
    expect(planFromJson(JSON.parse(JSON.stringify(planToJson(plan)))).fingerprint).toBe(plan.fingerprint);
    const result = await reconcile(request());
    expect(created(result.outcomes)).toEqual(['worker/w9']);
    expect(verdictOfApply(result, false)).toEqual({ code: 0, why: null });
  });

  it('let the change be made when a denied window has ended, also by a look at what changed', async () => {
    const { request, clock, records } = await labWith(window('denied'));
    await reconcile(request({ onlyChanged: true }));
    expect(records.record?.objects.has('worker/w8')).toBe(false);
    clock.now = outside;
    const { outcomes } = await reconcile(request({ locksOnlyToWrite: true }));
    expect(created(outcomes)).toEqual(['worker/w8']);
    expect(isEmpty(await planMaster(request()))).toBe(true);
  });

  it('hold changes until the next required window', async () => {
    const { request, clock } = await labWith(window('required'));
    clock.now = outside;
    const { plan } = await reconcile(request());
    expect(waitingOf(plan).map(({ reason }) => reason)).toEqual([
      'changed only in a maintenance window of site here (moving the racks); to be changed in the next one, from 2026-12-08T11:00Z',
    ]);
    clock.now = inside;
    expect(created((await reconcile(request())).outcomes)).toEqual(['worker/w8']);
  });

  it('do not hide drift, and hold back that it is restored', async () => {
    const { target, request, clock } = await labWith(window('denied'));
    clock.now = outside;
    await reconcile(request());
    clock.now = inside;
    setField(target, 'worker/w8', 'description', 'by hand');
    const { drift, plan } = await detectDrift(request());
    expect(drift).toMatchObject([{ key: 'worker/w8', hold: 'window', cause: 'drift' }]);
    expect(isEmpty(plan)).toBe(true);
  });

  it('refuse a reviewed plan that they allow less than when it was made', async () => {
    const { target, request, clock } = await labWith(window('denied'));
    clock.now = outside;
    const expected = await planMaster(request());
    clock.now = inside;
    const { writes } = target;
    expect((await reconcile(request({ expected }))).refused?.kind).toBe('moved');
    expect(target.writes).toBe(writes);
  });

  it('never keep access alive: a withdrawn key is withdrawn at once, and the rest waits', async () => {
    const { target, request, clock } = await labWith(window('denied'));
    const withKey = worker('w8', { description: 'ours', certificate: 'a key' });
    const windows = request().desired.windows ?? new Map<ObjectKey, readonly MaintenanceWindow[]>();
    const wanting = (one: typeof withKey) =>
      request({ desired: { ...desiredMaster([...smallLab(2), one, worker('w9')]), windows } });
    clock.now = outside;
    await reconcile(wanting(withKey));
    clock.now = inside;
    const { plan, outcomes } = await reconcile(wanting(worker('w8', { description: 'changed' })));
    expect(outcomes).toMatchObject([{ key: 'worker/w8', verb: 'update', status: 'done' }]);
    expect(waitingOf(plan)).toMatchObject([{ key: 'worker/w8', fields: [{ field: 'description' }] }]);
    expect(target.rows.get('worker/w8')?.fields).toMatchObject({ description: 'ours', certificate: null });
    // Afterwards, only what waits is left.
    expect(isEmpty(await planMaster(wanting(worker('w8', { description: 'changed' }))))).toBe(true);
    clock.now = outside;
    await reconcile(wanting(worker('w8', { description: 'changed' })));
    expect(target.rows.get('worker/w8')?.fields).toMatchObject({ description: 'changed' });
  });

  it('are themselves changed at any time, and removed on the master when the lab removes them', async () => {
    const { target, request } = await labWith(window('denied'));
    const wanting = (fields: WorkerFields) => {
      const desired = desiredMaster([...smallLab(2), worker('w8', { description: 'ours', ...fields })]);
      const windows = new Map<ObjectKey, readonly MaintenanceWindow[]>([['worker/w8', [window('denied')]]]);
      return request({ desired: { ...desired, windows } });
    };
    await reconcile({ ...wanting({}), now: () => outside });
    setField(target, 'worker/w8', 'maintenanceWindows', []);
    await reconcile(wanting({ maintenanceWindows: [night] }));
    expect(target.rows.get('worker/w8')?.fields).toMatchObject({ maintenanceWindows: [night] });
    expect(isEmpty(await planMaster(wanting({ maintenanceWindows: [night] })))).toBe(true);
    await reconcile(wanting({}));
    expect(target.rows.get('worker/w8')?.fields).toMatchObject({ maintenanceWindows: [] });
  });

  it('do not concern a stock LAVA', async () => {
    const { target, request } = await labWith(window('denied'));
    const fields = { description: 'the first', maintenanceWindows: [night] };
    const desired = desiredMaster(smallLab(2).map((one) => (one.name === 'w1' ? worker('w1', fields) : one)));
    const noted = async (software: string) => {
      target.view = { ...target.view, software, unsupported: embeddedOnly };
      const { changes } = await planMaster(request({ desired }));
      return changes.flatMap(({ hold, fields }) => (hold === 'unsupported' ? fields : []));
    };
    expect(await noted('lava')).toEqual([]);
    // One that is older than its windows: it runs jobs in them.
    expect(await noted('lavaflow')).toMatchObject([{ field: 'maintenanceWindows' }]);
  });

  it('keep a canary from waiting for a health check that an embedded master does not start', () => {
    const windows = new Map<ObjectKey, readonly MaintenanceWindow[]>([['device/d1', [window('allowed')]]]);
    const seen = (software: string) =>
      ({ desired: { windows }, observed: { software } }) as unknown as Parameters<typeof whyUnchecked>[1];
    expect(whyUnchecked('d1', seen('lavaflow'), inside)).toMatch(
      /maintenance window of site here, which ends at 2026-12-01T12:00Z/,
    );
    expect(whyUnchecked('d1', seen('lavaflow'), outside)).toBeNull();
    expect(whyUnchecked('d2', seen('lavaflow'), inside)).toBeNull();
    expect(whyUnchecked('d1', seen('lava'), inside)).toBeNull();
  });
});
