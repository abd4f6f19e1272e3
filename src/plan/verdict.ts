/** What `plan` and `drift` conclude from a plan: the exit code, and why it is not 0 (docs/command-line.md). */
import type { Change } from '../model/index.js';
import { alarmingDrift, pendingChanges, unmetOf, unseenOf } from './outlook.js';
import type { Plan } from './plan.js';

export interface Verdict {
  readonly code: 0 | 1 | 2 | 3 | 4 | 5;
  /** Without a final full stop; null for code 0. */
  readonly why: string | null;
}

/**
 * - 2: the lab has pending changes;
 * - 5: there are only differences that the lab did not make: drift outside mode `observe`, or objects that nobody
 *   adopted;
 * - 1: there is none of this, but part of the master could not be read, or something is not made because what it needs is
 *   missing or its name is taken;
 * - 0: nothing to do. What the release does not support, and what the lab does not name, are only notes.
 */
export function verdictOfPlan(plan: Plan): Verdict {
  return firstOf(pendingIn(plan), strangeIn(plan), lackingIn(plan));
}

/** As `verdictOfPlan`, but drift counts before changes of the lab that are not applied yet. */
export function verdictOfDrift(plan: Plan): Verdict {
  return firstOf(strangeIn(plan), pendingIn(plan), lackingIn(plan));
}

/** What keeps a plan from completing the lab, such as `2 objects could not be read`. */
export function describeUnseen(plan: Plan): string[] {
  return say(unseenOf(plan), 'could not be read');
}
export function describeUnmet(plan: Plan): string[] {
  return say(unmetOf(plan), 'not made, because what it needs is missing or its name is taken');
}

/** `2 objects WHAT`, or nothing if there are none. */
export function say(changes: readonly Change[], what: string): string[] {
  const count = new Set(changes.map(({ key }) => key)).size;
  return count === 0 ? [] : [`${count} ${count === 1 ? 'object' : 'objects'} ${what}`];
}

function firstOf(...verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ code }) => code !== 0) ?? { code: 0, why: null };
}

function because(code: Verdict['code'], reasons: readonly string[]): Verdict {
  return reasons.length === 0 ? { code: 0, why: null } : { code, why: reasons.join('; ') };
}

function pendingIn(plan: Plan): Verdict {
  const pending = pendingChanges(plan).filter((change) => change.cause !== 'drift');
  return because(2, say(pending, 'to be changed by an apply'));
}

function strangeIn(plan: Plan): Verdict {
  const unadopted = plan.changes.filter((change) => change.hold === 'unadopted');
  return because(5, [
    ...say(alarmingDrift(plan), 'drifted'),
    ...say(unadopted, 'not adopted, and different from the lab (--adopt adopts them)'),
  ]);
}

function lackingIn(plan: Plan): Verdict {
  return because(1, [...describeUnseen(plan), ...describeUnmet(plan)]);
}
