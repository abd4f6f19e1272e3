/**
 * Damping of `enforce` against another tool that keeps changing a value back (docs/drift.md):
 *
 *   restored -> changed again -> ... -> contested -> restored -> contested, twice as long -> ... -> forgotten
 *
 * - contested: it was restored `mostPutBacks` times or more, and `restMs` (doubled each time, up to `longestRestMs`)
 *   has not passed since the last time. It is left alone, and reported.
 * - forgotten: that time and then `memoryMs` passed without another restoration. The next one starts from the
 *   beginning.
 */
import type { FieldChange, ObjectKey } from '../../model/index.js';
import { pendingChanges } from '../outlook.js';
import { isRemoval } from '../changes.js';
import type { Plan } from '../plan.js';
import type { Contest, PutBack } from './contest.js';

const mostPutBacks = 3;
const restMs = 15 * 60_000;
const longestRestMs = 4 * 60 * 60_000;
const memoryMs = 24 * 60 * 60_000;

/**
 * What is contested at the moment.
 * @param now ISO 8601, UTC
 */
export function contestsAt(now: string, putBacks: readonly PutBack[]): Contest[] {
  return putBacks.flatMap((one) => {
    const untilMs = restEnd(one);
    return Date.parse(now) < untilMs ? [{ ...one, until: new Date(untilMs).toISOString() }] : [];
  });
}

/**
 * What is remembered after an apply of this plan.
 * @param isDone whether the change of an object was made
 */
export function countPutBacks(
  before: readonly PutBack[],
  plan: Plan,
  isDone: (key: ObjectKey) => boolean,
  now: string,
): PutBack[] {
  const known = new Map(
    before
      .filter((one) => Date.parse(now) < restEnd(one) + memoryMs)
      .map((one) => [idOf(one.key, one.field), one]),
  );
  for (const change of pendingChanges(plan)) {
    if (!isDone(change.key)) continue;
    const fields = isRemoval(change) ? [null] : driftedFields(change.fields);
    for (const field of fields) {
      const id = idOf(change.key, field);
      const { first, times } = known.get(id) ?? { first: now, times: 0 };
      known.set(id, { key: change.key, field, first, last: now, times: times + 1 });
    }
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function driftedFields(fields: readonly FieldChange[]): string[] {
  return fields.flatMap(({ field, cause }) => (cause === 'drift' ? [field] : []));
}

function restEnd({ last, times }: PutBack): number {
  const rest = times < mostPutBacks ? 0 : Math.min(longestRestMs, restMs * 2 ** (times - mostPutBacks));
  return Date.parse(last) + rest;
}

export type FindContest = (key: ObjectKey, field: string | null) => Contest | undefined;

export function findContestIn(contests: readonly Contest[]): FindContest {
  const byId = new Map(contests.map((one) => [idOf(one.key, one.field), one]));
  return (key, field) => byId.get(idOf(key, field));
}

/** `restored 3 times since 2026-01-31 12:00 UTC, but changed again; left alone until 2026-01-31 12:30 UTC` */
export function describeContest({ first, until, times }: Contest): string {
  return `restored ${times} times since ${viewTime(first)}, but changed again; left alone until ${viewTime(until)}`;
}

/** `2026-01-31 14:05 UTC` */
export function viewTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function idOf(key: string, field: string | null): string {
  return `${key}\n${field ?? ''}`;
}
