/** What an apply did and what it did not do, in words: for the command line and for GitHub. */
import { describeSuspension, verbs, type CanaryResult, type Hold } from '../model/index.js';
import {
  alarmingDrift,
  describeAlike,
  groupAlike,
  pendingChanges,
  shortRevision,
  unseenOf,
} from '../plan/index.js';
import type { ReconcileResult } from './request.js';

/** What a person has to decide or correct before it is done. */
const heldBack: readonly Hold[] = [
  'unreadable',
  'unadopted',
  'drift-mode',
  'contested',
  'window',
  'missing-need',
  'name-taken',
  'in-use',
];

/** The reasons for what was not done, one line each. Text from the lab and the master is as it is. */
export function problemsOf(result: ReconcileResult): string[] {
  const { refused, failure, outcomes, plan, forced, canary } = result;
  const problems = outcomes.flatMap(({ key, verb, reason }) =>
    reason === undefined ? [] : [`${verb} ${key}: ${reason}`],
  );
  problems.push(...forced.map(({ message }) => `allowed by --force: ${message}`));
  if (refused?.kind === 'moved') {
    problems.push(
      'refused: the master or the lab has changed since this plan was made; plan again and review the changes',
    );
    problems.push(...refused.moved.map(({ what, how }) => `${what}: ${how}`));
  }
  if (refused?.kind === 'suspended') {
    problems.push(
      `refused: ${plan.master} is suspended ${describeSuspension(refused.suspension)}`,
      `to apply before that, run lavaflow resume ${plan.master}; --force does not override a suspension`,
    );
  }
  if (refused?.kind === 'untrusted') {
    const { message, hint } = refused.problem;
    problems.push(`refused: ${message}. ${hint}`);
  }
  if (refused?.kind === 'unsafe') {
    problems.push(...refused.refusals.map(({ message, hint }) => `refused: ${message}. ${hint}`));
  }
  if (canary !== undefined) problems.push(describeCanary(canary));
  if (failure !== undefined) problems.push(failure.message);
  const observed = new Set(plan.changes.filter(({ hold }) => hold === 'drift-mode'));
  for (const change of alarmingDrift(plan)) observed.delete(change);
  const held = plan.changes.filter(
    (change) => change.hold !== undefined && heldBack.includes(change.hold) && !observed.has(change),
  );
  for (const group of groupAlike(held)) {
    const { what, names } = describeAlike(group);
    const [first] = group;
    const fields = (first?.fields ?? []).map(({ field }) => field).join(', ');
    problems.push(
      `${first?.verb ?? ''} ${what}${fields === '' ? '' : ` (${fields})`}: ${first?.reason ?? ''}${names === null ? '' : `: ${names}`}`,
    );
  }
  return problems;
}

/** What was done, such as `main at 0123456789ab: 1 create, 2 update`. */
export function summaryOf({ plan, outcomes, refused, failure }: ReconcileResult): string {
  const where = `${plan.master} at ${shortRevision(plan.revision)}`;
  if (refused !== undefined) return `${where}: refused, nothing was applied`;
  const unknown = failure === undefined ? 0 : pendingChanges(plan).length - outcomes.length;
  if (outcomes.length === 0 && unknown === 0)
    return `${where}: nothing to do${unseenOf(plan).length === 0 ? '' : ' among what could be read'}`;
  const done = verbs.flatMap((verb) => {
    const count = outcomes.filter((outcome) => outcome.verb === verb && outcome.status === 'done').length;
    return count === 0 ? [] : [`${count} ${verb}`];
  });
  const missed = outcomes.filter(({ status }) => status !== 'done').length;
  const parts = [
    ...done,
    ...(missed === 0 ? [] : [`${missed} not done`]),
    ...(unknown === 0
      ? []
      : [`the outcome of ${unknown} is unknown; run lavaflow plan to check, and apply again to complete it`]),
  ];
  return `${where}: ${parts.join(', ')}`;
}

/** Describes what happened to the device that got a change first. */
export function describeCanary({ device, job, outcome, reason }: CanaryResult): string {
  const judge = job === null ? '' : ` (health check ${job})`;
  return outcome === 'kept'
    ? `canary ${device} is healthy with the change${judge}`
    : `${device}: ${outcome}: ${reason ?? ''}`;
}
