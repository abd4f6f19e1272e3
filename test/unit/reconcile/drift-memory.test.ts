import { expect, it } from 'vitest';
import type { ChangeOutcome, ObjectKey } from '../../../src/model/index.js';
import { rememberDrift, type DriftMemory, type DriftNotes } from '../../../src/reconcile/index.js';
import { worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

const now = new Date('2026-01-31T12:00:00.000Z');
const lab = ['done', 'failed', 'left'].map((name) => worker(name, { description: 'of the lab' }));
const plan = planOf({
  lab,
  record: lab,
  master: lab.map(({ name }) => worker(name, { description: 'by hand' })),
});
const outcome = (key: ObjectKey, status: ChangeOutcome['status']): ChangeOutcome => ({
  key,
  verb: 'update',
  status,
});

function memory(): DriftMemory & { notes: DriftNotes; writes: number } {
  return {
    notes: { seen: [], putBack: [] },
    writes: 0,
    read() {
      return Promise.resolve(this.notes);
    },
    write(_master, notes) {
      this.notes = notes;
      this.writes += 1;
      return Promise.resolve();
    },
  };
}

it('remembers the drift that remains, not what was restored', async () => {
  const kept = memory();
  const outcomes = [outcome('worker/done', 'done'), outcome('worker/failed', 'failed')];
  const items = await rememberDrift(kept, plan, outcomes, now);
  expect(items.map(({ key }) => key)).toEqual(['worker/done', 'worker/failed', 'worker/left']);
  expect(kept.notes.seen.map(({ key }) => key)).toEqual(['worker/failed', 'worker/left']);
  expect(kept.notes.putBack.map(({ key }) => key)).toEqual(['worker/done']);
});

it('writes nothing when nothing is new', async () => {
  const kept = memory();
  await rememberDrift(kept, plan, [], now);
  await rememberDrift(kept, plan, [], new Date(now.getTime() + 60_000));
  expect(kept.writes).toBe(1);
  expect(new Set(kept.notes.seen.map(({ firstSeen }) => firstSeen))).toEqual(new Set([now.toISOString()]));
});
