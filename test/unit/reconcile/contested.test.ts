import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { reconcileWith, type MasterResult } from '../../../src/controller/index.js';
import { keyOf, type ConfigurationObject, type Lab } from '../../../src/model/index.js';
import {
  driftItems,
  verdictOfPlan,
  formatDriftText,
  noConsents,
  planFromJson,
  planToJson,
} from '../../../src/plan/index.js';
import {
  detectDrift,
  verdictOfApply,
  reconcile,
  type DriftMemory,
  type DriftNotes,
} from '../../../src/reconcile/index.js';
import { desiredMaster, policy, smallLab } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';

const minuteMs = 60_000;
const key = 'worker/w1';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Notes as texts: what is not stored is forgotten, as after a restart. */
function textMemory(): DriftMemory {
  let text = JSON.stringify({ seen: [], putBack: [] } satisfies DriftNotes);
  return {
    read: () => Promise.resolve(JSON.parse(text) as DriftNotes),
    write: (_master, notes) => {
      text = JSON.stringify(notes);
      return Promise.resolve();
    },
  };
}

async function start() {
  const [target, records, memory] = [modelMaster(), memoryRecords(), textMemory()];
  const desired = desiredMaster(smallLab(3));
  const lab = { policy } as Lab;
  const signal = new AbortController().signal;
  const run = (): Promise<MasterResult> =>
    reconcileWith(records, memory)({ target, desired, lab, repository: '/lab', revision: 'r1', signal });
  /** A scan after a while, and what it wrote. */
  const scan = async (afterMinutes: number) => {
    vi.advanceTimersByTime(afterMinutes * minuteMs);
    const before = target.writes;
    const result = await run();
    return { ...result, writes: target.writes - before };
  };
  const request = {
    ...{ target, records, desired, policy, consents: noConsents, drift: memory },
    ...{ mode: 'enforce' as const, revision: { repository: '/lab', revision: 'r1' } },
  };
  await run();
  return { target, scan, request };
}

it('restores a value three times, then leaves it alone for increasing periods, and reports it', async () => {
  const { target, scan, request } = await start();
  const meddle = () => {
    setField(target, key, 'jobLimit', 9);
  };
  const minutesOfWrites: number[] = [];
  for (let minute = 5; minute <= 12 * 60; minute += 5) {
    meddle();
    const { writes, outcome, isDriftAlarming } = await scan(5);
    expect([outcome, isDriftAlarming]).toEqual(['done', true]);
    if (writes > 0) minutesOfWrites.push(minute);
  }
  expect(minutesOfWrites).toEqual([5, 10, 15, 30, 60, 120, 240, 480, 720]);

  meddle();
  const { writes, contested } = await scan(5);
  const why =
    'restored 9 times since 2026-01-01 00:05 UTC, but changed again; left alone until 2026-01-01 16:00 UTC';
  expect([writes, contested]).toEqual([0, [`${key} jobLimit: ${why}`]]);

  const { plan } = await detectDrift(request);
  const items = driftItems(plan).map((item) => ({ ...item, since: item.contest?.first ?? '' }));
  // Medium, were it not contested.
  expect(items).toMatchObject([{ field: 'jobLimit', severity: 'high', contest: { times: 9 } }]);
  expect(formatDriftText({ plan, items }, { color: false, diffs: true })).toContain(`contested: ${why}`);
  expect(verdictOfPlan(plan).code).toBe(5);
  expect(verdictOfApply(await reconcile(request), false).code).toBe(5);

  // A reviewed plan reports it too, and apply does what the plan contains.
  const reviewed = planFromJson(JSON.parse(JSON.stringify(planToJson(plan))));
  expect((await reconcile({ ...request, expected: reviewed })).refused).toBeUndefined();

  // Changes of the lab itself are not delayed.
  const [w1, ...others] = [...request.desired.objects.values()].sort((one) => (keyOf(one) === key ? -1 : 1));
  const changed = [{ ...w1, fields: { ...w1?.fields, jobLimit: 5 } } as ConfigurationObject, ...others];
  const { outcomes } = await reconcile({ ...request, desired: desiredMaster(changed) });
  expect(outcomes).toMatchObject([{ key, status: 'done' }]);
});

it('creates an object again three times that somebody keeps removing', async () => {
  const { target, scan } = await start();
  const writes: boolean[] = [];
  for (let count = 0; count < 8; count += 1) {
    target.rows.delete('device/board-1');
    writes.push((await scan(5)).writes > 0);
  }
  expect(writes).toEqual([true, true, true, false, false, true, false, false]);
});

it('forgets it after a quiet day', async () => {
  const { target, scan } = await start();
  for (let count = 0; count < 5; count += 1) {
    setField(target, key, 'jobLimit', 9);
    await scan(5);
  }
  await scan(15);
  expect((await scan(27 * 60)).contested).toEqual([]);
  setField(target, key, 'jobLimit', 9);
  expect((await scan(5)).writes).toBe(1);
});

it('converges within four hours after the other tool has stopped, and writes little while it continues', async () => {
  const minutes = fc.integer({ min: 1, max: 90 });
  const fights = fc.record({
    gaps: fc.array(minutes, { minLength: 1, maxLength: 60 }),
    pause: minutes,
    values: fc.array(fc.constantFrom(2, 7, 8, 9), { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fights, async ({ gaps, pause, values }) => {
      const { target, scan } = await start();
      let written = 0;
      for (const [index, gap] of gaps.entries()) {
        setField(target, key, 'jobLimit', values[index % values.length] ?? 9);
        written += (await scan(gap)).writes;
      }
      const hours = gaps.reduce((sum, gap) => sum + gap, 0) / 60;
      expect(written).toBeLessThanOrEqual(8 + hours / 4);
      for (let waited = 0; waited <= 4 * 60; waited += pause) await scan(pause);
      expect(await scan(pause)).toMatchObject({ drift: [], contested: [], writes: 0 });
    }),
    { numRuns: 30 },
  );
});
