import {
  alarmingDrift,
  contestedOf,
  driftOf,
  isDrift,
  noConsents,
  unmetOf,
  unseenOf,
  waitingOf,
  type DatedItem,
} from '../plan/index.js';
import {
  reconcile,
  type DriftMemory,
  type Progress,
  type ReconcileRefusal,
  type ReconcileResult,
  type RecordStore,
  type RevisionVerifier,
} from '../reconcile/index.js';
import type { MasterRequest, MasterResult } from './options.js';

/** Shorter than the time that `stop` waits: if another process holds the lock, the run is repeated later. */
const lockWaitMs = 2000;

/**
 * How the controller reconciles: with the policy of the lab and without any consent. Changes that need consent (adoption,
 * deletion, exceeding a limit) are reported, so that a person can run `lavaflow apply`.
 * @param now decides what suspensions and maintenance windows allow
 * @param verifyRevision without it, a lab that requires signatures is not applied
 * @param memory since when objects drift, and what was restored; without it, drift has no dates and is always restored
 */
export function reconcileWith(
  records: RecordStore,
  memory?: DriftMemory,
  now: () => Date = () => new Date(),
  verifyRevision?: RevisionVerifier,
): (request: MasterRequest) => Promise<MasterResult> {
  return async ({ target, desired, lab, repository, revision, templates, signal, ...callbacks }) => {
    const { onChangesDone, onSuspension, onSuspensionEnd, onAccepted } = callbacks;
    const request = {
      target,
      desired,
      records,
      policy: lab.policy,
      mode: desired.master.mode,
      revision: { repository, revision },
      consents: noConsents,
      ...(verifyRevision === undefined ? {} : { verifyRevision }),
      ...(templates === undefined ? {} : { templates }),
      ...(memory === undefined ? {} : { drift: memory, driftMemory: memory }),
      signal,
      lockWaitMs,
      now,
      ...(onSuspension === undefined ? {} : { onSuspension }),
      onProgress: (progress: Progress) => {
        if (progress.step === 'suspension ended') onSuspensionEnd?.(progress.suspension);
        if (progress.step === 'accepted') onAccepted?.(progress.remark);
      },
    };
    if (onChangesDone !== undefined) {
      const first = await reconcile({ ...request, onlyChanged: true });
      if (!first.isPartial) return conclude(first);
      if (summarise(first, []).outcome === 'done') onChangesDone();
      const whole = conclude(await reconcile({ ...request, locksOnlyToWrite: true }));
      return { ...whole, counts: withDone(whole.counts, first) };
    }
    // Nothing has changed: a lock in a repository would cost two unnecessary pushes.
    return conclude(await reconcile({ ...request, locksOnlyToWrite: true }));
  };
}

/** @throws ExternalError */
function conclude(result: ReconcileResult): MasterResult {
  // What was done is recorded. Continue as for a master that could not be reached.
  const failure = result.failure ?? result.drift?.undated;
  if (failure !== undefined) throw failure;
  return summarise(result, result.drift?.items ?? []);
}

/** Adds what the first run did, because the plan of the second run does not contain it. */
function withDone(counts: MasterResult['counts'], first: ReconcileResult): MasterResult['counts'] {
  const sum = { ...counts };
  for (const { verb, status } of first.outcomes) if (status === 'done') sum[verb] += 1;
  return sum;
}

function summarise(
  { plan, outcomes, refused, offlineWorkers }: ReconcileResult,
  dated: readonly DatedItem[],
): MasterResult {
  const contested = contestedOf(plan).map(
    ({ key, fields, reason }) => `${key} ${fields.map(({ field }) => field).join(', ')}: ${reason ?? ''}`,
  );
  const driftSince: Record<string, string> = {};
  for (const { key, since } of dated.filter(isDrift)) {
    const earlier = driftSince[key];
    if (earlier === undefined || since < earlier) driftSince[key] = since;
  }
  const done = new Set(
    outcomes.flatMap(({ key, verb, status }) => (status === 'done' ? [`${verb} ${key}`] : [])),
  );
  const untrusted = refused?.kind === 'untrusted' ? refused.problem.message : null;
  const drift = {
    counts: plan.counts,
    drift: driftOf(plan).map(({ key }) => key),
    driftSince,
    contested,
    waiting: waitingOf(plan).map(({ key, reason }) => `${key}: ${reason ?? ''}`),
    isDriftAlarming: alarmingDrift(plan).length > 0,
    sight: {
      untrusted,
      drift: alarmingDrift(plan).flatMap(({ key, verb }) => (done.has(`${verb} ${key}`) ? [] : [key])),
      upstream: plan.changes.flatMap(({ key, cause }) => (cause === 'upstream' ? [key] : [])),
      upstreamRemarks: plan.remarks.filter((remark) => remark.startsWith('upstream: ')),
      unseen: unseenOf(plan).map(({ key }) => key),
      offlineWorkers: offlineWorkers === null ? null : [...offlineWorkers].sort(),
    },
  };
  if (refused?.kind === 'suspended') return { outcome: 'suspended', ...drift, problems: [] };
  if (refused !== undefined) {
    const reasons = refusalsOf(refused);
    return {
      outcome: 'refused',
      ...drift,
      problems: reasons.map(({ message, hint }) => `${message}. ${hint}`),
    };
  }
  const problems = [
    ...outcomes
      .filter(({ status }) => status !== 'done')
      .map(({ verb, key, status, reason }) => `${verb} ${key} ${status}: ${reason ?? 'unknown reason'}`),
    ...unseenOf(plan).map(({ key, reason }) => `${key} could not be read: ${reason ?? 'unknown reason'}`),
    ...unmetOf(plan).map(({ key, reason }) => `${key} keeps its state: ${reason ?? 'unknown reason'}`),
  ];
  const outcome = problems.length > 0 ? 'failed' : 'done';
  return { outcome, ...drift, problems };
}

function refusalsOf(refused: ReconcileRefusal): readonly { message: string; hint: string }[] {
  if (refused.kind === 'untrusted') return [refused.problem];
  return refused.kind === 'unsafe' ? refused.refusals : [];
}
