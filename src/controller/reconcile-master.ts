import {
  alarmingDrift,
  contestedOf,
  driftOf,
  noConsents,
  unmetOf,
  unseenOf,
  type DatedItem,
} from '../plan/index.js';
import { reconcile, type DriftMemory, type ReconcileResult, type RecordStore } from '../reconcile/index.js';
import type { MasterRequest, MasterResult } from './options.js';

/** Shorter than what `stop` waits: a lock that another process holds is tried again later. */
const lockWaitMs = 2000;

/**
 * The controller's way to reconcile: with the policy of the lab and nobody's consent. What needs one (adoption,
 * deletion, passing a limit) is reported, for a person to run `lavaflow apply`.
 * @param memory since when things drift, and what was put back; without it nobody is told, and nothing is damped
 */
export function reconcileWith(
  records: RecordStore,
  memory?: DriftMemory,
): (request: MasterRequest) => Promise<MasterResult> {
  return async ({ target, desired, lab, repository, revision, templates, signal, onChangesDone }) => {
    const request = {
      target,
      desired,
      records,
      policy: lab.policy,
      mode: desired.master.mode,
      revision: { repository, revision },
      consents: noConsents,
      ...(templates === undefined ? {} : { templates }),
      ...(memory === undefined ? {} : { drift: memory, driftMemory: memory }),
      signal,
      lockWaitMs,
    };
    if (onChangesDone !== undefined) {
      const first = await reconcile({ ...request, onlyChanged: true });
      if (!first.isPartial) return conclude(first);
      if (summarise(first, []).outcome === 'done') onChangesDone();
      const whole = conclude(await reconcile({ ...request, locksOnlyToWrite: true }));
      return { ...whole, counts: withDone(whole.counts, first) };
    }
    // Nothing is new: a lock in a repository would be two pushes for nothing.
    return conclude(await reconcile({ ...request, locksOnlyToWrite: true }));
  };
}

/** @throws ExternalError */
function conclude(result: ReconcileResult): MasterResult {
  // What was done is on the record. How to continue is the same as for a master that could not be reached at all.
  const failure = result.failure ?? result.drift?.undated;
  if (failure !== undefined) throw failure;
  return summarise(result, result.drift?.items ?? []);
}

/** What was done first does not show in the plan that was made after it. */
function withDone(counts: MasterResult['counts'], first: ReconcileResult): MasterResult['counts'] {
  const sum = { ...counts };
  for (const { verb, status } of first.outcomes) if (status === 'done') sum[verb] += 1;
  return sum;
}

function summarise({ plan, outcomes, refused }: ReconcileResult, dated: readonly DatedItem[]): MasterResult {
  const contested = contestedOf(plan).map(
    ({ key, fields, reason }) => `${key} ${fields.map(({ field }) => field).join(', ')}: ${reason ?? ''}`,
  );
  const driftSince: Record<string, string> = {};
  for (const { key, since } of dated) {
    const earlier = driftSince[key];
    if (earlier === undefined || since < earlier) driftSince[key] = since;
  }
  const drift = {
    counts: plan.counts,
    drift: driftOf(plan).map(({ key }) => key),
    driftSince,
    contested,
    isDriftAlarming: alarmingDrift(plan).length > 0,
  };
  if (refused !== undefined) {
    const reasons = refused.kind === 'unsafe' ? refused.refusals : [];
    return {
      outcome: 'refused',
      ...drift,
      problems: reasons.map(({ message, hint }) => `${message}. ${hint}`),
    };
  }
  const problems = [
    ...outcomes
      .filter(({ status }) => status !== 'done')
      .map(({ verb, key, status, reason }) => `${verb} ${key} ${status}: ${reason ?? 'no reason given'}`),
    ...unseenOf(plan).map(({ key, reason }) => `${key} could not be read: ${reason ?? 'no reason given'}`),
    ...unmetOf(plan).map(({ key, reason }) => `${key} is kept as it is: ${reason ?? 'no reason given'}`),
  ];
  const outcome = problems.length > 0 ? 'failed' : 'done';
  return { outcome, ...drift, problems };
}
