/**
 * One reconciliation of one master, under its lock:
 *
 *   settle -> look -> check (fingerprint, safety) -> journal -> apply -> record
 *
 * A master that somebody has suspended is only looked at, without its lock. Under the lock this is checked again, before
 * anything else: `suspend` acquires the lock, so when it returns, nothing is being written.
 *
 * - settle: revert what an interrupted canary has left unproven, before the first look (run-canary.ts).
 * - look: read record, intent and master; plan. If few changes are expected, first without the lock: if nothing needs to
 *   be written, other processes do not have to wait (`locksOnlyToWrite`).
 * - check: refuse a revision whose signature is not accepted (judge-revision.ts), a plan that changed since it was reviewed,
 *   or one that exceeds a limit; nothing was written.
 * - journal: the intent states what is about to be written. From here to the end of `record`, a kill leaves the intent
 *   behind, and the next look recognizes what it finds on the master as ours (intent.ts).
 * - apply: the target writes in order; outcomes arrive one by one. If the lab asks for it, devices are in maintenance
 *   meanwhile (maintenance.ts), and one of them gets the change first (run-canary.ts).
 * - record: the record states what was done; the intent shrinks to what may be incomplete.
 */
import { ExternalError } from '../diagnostics/index.js';
import {
  hasUntoldEnd,
  isSuspended,
  type AppliedRecord,
  type CanaryResult,
  type Change,
  type ChangeOutcome,
  type Suspension,
} from '../model/index.js';
import { judge, pendingChanges, whatMoved } from '../plan/index.js';
import { planCanary } from './canary/plan-canary.js';
import { whyUnchecked } from './canary/unchecked.js';
import { settleCanary } from './canary/run-canary.js';
import { datePlan } from './drift/date-plan.js';
import { look, type Seen } from './look/look.js';
import type { ApplyIntent, MasterTarget, WriteGuard } from './ports.js';
import { carriedOver, intentOf, unsettled } from './record/intent.js';
import { recordAfter, sameRecord } from './record/record-after.js';
import type { ReconcileRefusal, ReconcileRequest, ReconcileResult } from './request.js';
import { judgeRevision } from './trust/judge-revision.js';
import { asInService, stillParked } from './write/maintenance.js';
import { parkedFor, writeChanges, type WriteRequest, type WriteState } from './write/write-changes.js';

/** How long to wait for devices to become idle, and for a health check to end. */
const defaultPatience = { timeoutMs: 30 * 60_000, pollMs: 2_000 };

/**
 * Makes one master match the lab, and dates the drift that it found.
 * @throws ExternalError when the lock, the record or the master is not available; nothing was written to the master
 */
export async function reconcile(request: ReconcileRequest): Promise<ReconcileResult> {
  const result = await reconcileUndated(request);
  const { plan, outcomes, failure, isPartial } = result;
  // After a failure, and in a partial look, not all drift was seen: the next run dates the rest.
  if (request.driftMemory === undefined || failure !== undefined || isPartial) return result;
  return { ...result, drift: await datePlan(plan, request.driftMemory, { outcomes }) };
}

async function reconcileUndated(request: ReconcileRequest): Promise<ReconcileResult> {
  const master = request.desired.master.name;
  if (request.locksOnlyToWrite === true) {
    const nothing = await findNothing(request);
    if (nothing !== null) return nothing;
  } else {
    const suspension = await request.records.readSuspension(master);
    if (isSuspended(suspension, nowOf(request))) return await onlyLook(request, suspension);
  }
  return await request.records.withLock(
    master,
    request.lockWaitMs ?? 30_000,
    (lost, guard) => {
      const signal = request.signal === undefined ? lost : AbortSignal.any([request.signal, lost]);
      return reconcileLocked({ ...request, target: guarded(request.target, guard) }, signal);
    },
    (wait) => request.onProgress?.({ step: 'waiting', ...wait }),
  );
}

/** Everything is looked at, so that all drift is seen and dated. */
async function onlyLook(request: ReconcileRequest, suspension: Suspension): Promise<ReconcileResult> {
  const seen = await look({ ...request, onlyChanged: false });
  return suspended(seen, suspension, request);
}

function suspended(seen: Seen, suspension: Suspension, { onProgress }: ReconcileRequest): ReconcileResult {
  onProgress?.({ step: 'planned', plan: seen.plan });
  return { ...fromLook(seen), refused: { kind: 'suspended', suspension }, forced: [] };
}

/** What a result has from the look, before anything is written. */
function fromLook({ plan, record, focus, observed }: Seen) {
  const offlineWorkers = observed.offlineWorkers ?? null;
  return { plan, outcomes: [], record, isPartial: focus !== null, offlineWorkers };
}

/** Checks the lock before each request that writes: a process that was suspended meanwhile does not write. */
function guarded(target: MasterTarget, guard: WriteGuard): MasterTarget {
  return {
    ...target,
    apply: (changes, revision, onOutcome, signal) =>
      target.apply(changes, revision, onOutcome, signal, guard),
  };
}

/**
 * The result if a look without the lock shows nothing to write; null: look again under the lock.
 * @throws ExternalError
 */
async function findNothing(request: ReconcileRequest): Promise<ReconcileResult | null> {
  const seen = await look(request);
  const { plan, record, intent, suspension } = seen;
  const now = nowOf(request);
  if (isSuspended(suspension, now)) return suspended(seen, suspension, request);
  const { refused, forced } = await check(seen, request);
  const hasNothing =
    intent === null &&
    !hasUntoldEnd(suspension, now) &&
    (refused !== null ||
      (pendingChanges(plan).length === 0 && sameRecord(recordOf(seen, request, [], {}), record)));
  if (!hasNothing || !(await isStillSo(seen, request))) return null;
  request.onProgress?.({ step: 'planned', plan });
  return { ...fromLook(seen), forced, ...(refused === null ? {} : { refused }) };
}

/** What looks like drift may come from another process that was writing while we looked. */
async function isStillSo({ plan, record }: Seen, { records }: ReconcileRequest): Promise<boolean> {
  if (plan.changes.length === 0) return true;
  return (
    sameRecord(await records.read(plan.master), record) && (await records.readIntent(plan.master)) === null
  );
}

async function reconcileLocked(request: ReconcileRequest, signal: AbortSignal): Promise<ReconcileResult> {
  const suspension = await request.records.readSuspension(request.desired.master.name);
  if (isSuspended(suspension, nowOf(request))) return await onlyLook({ ...request, signal }, suspension);
  await tellEnd(suspension, request);
  await settle(request, signal);
  const when = request.policy.changes ?? 'any';
  // Which other devices a canary's change affects is known only if everything is read.
  const onlyChanged = request.onlyChanged === true && request.canary === undefined;
  const seen = await look({ ...request, onlyChanged, signal });
  request.onProgress?.({ step: 'planned', plan: seen.plan });

  const { refused, forced, remarks } = await check(seen, request);
  if (refused !== null) {
    await releaseLeft(seen, request, signal);
    return { ...fromLook(seen), refused, forced };
  }
  for (const remark of remarks) request.onProgress?.({ step: 'accepted', remark });

  const outcomes: ChangeOutcome[] = [];
  const writes = pendingChanges(seen.plan);
  const canary =
    request.canary === undefined
      ? null
      : planCanary(
          request.canary,
          writes,
          seen.plan,
          asInService(seen.observed, seen.intent?.parked),
          (device) => whyUnchecked(device, seen, nowOf(request)),
        );
  const parked = parkedFor(writes, seen, when, canary);
  const state: WriteState = { parked };
  const isWriting = writes.length > 0 || parked.size > 0;
  if (isWriting) await journal(seen, writes, request, { parked });
  let failure: ExternalError | null = null;
  let record: AppliedRecord;
  try {
    if (isWriting) await apply({ writes, canary, parked, when }, seen, request, signal, outcomes, state);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    failure = error;
  } finally {
    // Whatever happened: first record what has been done so far.
    record = await keepRecord(seen, request, outcomes, forced.length > 0, state);
  }
  return {
    ...fromLook(seen),
    outcomes,
    forced,
    record,
    ...(failure === null ? {} : { failure }),
    ...(state.canary === undefined ? {} : { canary: state.canary }),
  };
}

function nowOf({ now }: Pick<ReconcileRequest, 'now'>): Date {
  return now?.() ?? new Date();
}

/** Reports the end of a suspension. Stored first: it is not repeated at every run. */
async function tellEnd(suspension: Suspension | null, request: ReconcileRequest): Promise<void> {
  if (!hasUntoldEnd(suspension, nowOf(request))) return;
  await request.records.writeSuspension(suspension.master, { ...suspension, isEndTold: true });
  request.onProgress?.({ step: 'suspension ended', suspension });
}

interface Check {
  readonly refused: ReconcileRefusal | null;
  readonly forced: ReconcileResult['forced'];
  readonly remarks: readonly string[];
}

/** @throws ExternalError when a signature cannot be verified */
async function check(seen: Seen, request: ReconcileRequest): Promise<Check> {
  const { expected, policy, consents } = request;
  // Nothing else about a revision counts that nobody may apply, and no force overrides it.
  const { problem, remarks } = await judgeRevision(seen.record, request);
  if (problem !== null) return { refused: { kind: 'untrusted', problem }, forced: [], remarks };
  if (expected !== undefined && expected.fingerprint !== seen.plan.fingerprint) {
    return { refused: { kind: 'moved', moved: whatMoved(expected, seen.plan) }, forced: [], remarks };
  }
  const allowDelete = request.allowDelete ?? consents.allowDelete;
  const { refused, forced } = judge(seen.plan, policy, { ...consents, allowDelete });
  return { refused: refused.length > 0 ? { kind: 'unsafe', refusals: refused } : null, forced, remarks };
}

/** Reverts what the canary of an interrupted run has left unproven. */
async function settle(request: ReconcileRequest, signal: AbortSignal): Promise<void> {
  const { records, target, desired, onProgress } = request;
  const { name } = desired.master;
  const intent = await records.readIntent(name);
  if (intent?.unproven === undefined) return;
  onProgress?.({ step: 'canary', device: intent.unproven.device, state: 'putting back' });
  const previous = (await records.read(name))?.revision ?? intent.revision;
  await records.writeIntent(name, await settleCanary(intent, intent.unproven, target, previous, signal));
}

/** Returns devices that a previous apply left in maintenance to service, by a health check, even if nothing may be written. */
async function releaseLeft(seen: Seen, request: ReconcileRequest, signal: AbortSignal): Promise<void> {
  const { intent, observed, plan } = seen;
  const left = stillParked(intent?.parked, observed);
  if (intent === null || left.size === 0) return;
  const parked = new Map([...left.keys()].map((key) => [key, 'Unknown' as const]));
  const state: WriteState = { parked };
  await apply({ writes: [], canary: null, parked, when: 'any' }, seen, request, signal, [], state);
  await request.records.writeIntent(plan.master, unsettled(intent, [], state));
}

async function journal(
  seen: Seen,
  writes: readonly Change[],
  { records }: ReconcileRequest,
  extra: Pick<ApplyIntent, 'parked' | 'unproven'>,
): Promise<void> {
  // First record what the old intent proved, because the new intent replaces it.
  if (seen.base !== null && !sameRecord(seen.base, seen.record)) await records.write(seen.base);
  const carried = carriedOver(seen.intent, seen.observed);
  const intent = intentOf(seen.plan, writes, new Date().toISOString(), carried);
  await records.writeIntent(seen.plan.master, { ...intent, ...extra });
}

/** Collects outcomes as they arrive, so that they are known even if the target gives up before the end. */
async function apply(
  todo: Pick<WriteRequest, 'writes' | 'canary' | 'parked' | 'when'>,
  seen: Seen,
  request: ReconcileRequest,
  signal: AbortSignal,
  outcomes: ChangeOutcome[],
  state: WriteState,
): Promise<void> {
  const { target, onProgress } = request;
  const of = todo.writes.length;
  onProgress?.({ step: 'applying', changes: of });
  await writeChanges(
    {
      ...todo,
      target,
      seen,
      signal,
      patience: {
        timeoutMs: request.timeoutMs ?? defaultPatience.timeoutMs,
        pollMs: request.pollMs ?? defaultPatience.pollMs,
      },
      journal: (extra) => journal(seen, todo.writes, request, extra),
      onOutcome: (outcome) => {
        outcomes.push(outcome);
        onProgress?.({ step: 'outcome', outcome, index: outcomes.length - 1, of });
      },
      onCanary: (progress) => onProgress?.({ step: 'canary', ...progress }),
    },
    state,
  );
}

async function keepRecord(
  seen: Seen,
  request: ReconcileRequest,
  outcomes: readonly ChangeOutcome[],
  isForced: boolean,
  { parked, unproven, canary }: WriteState,
): Promise<AppliedRecord> {
  const { records, consents, onProgress } = request;
  const { plan } = seen;
  const record = recordOf(seen, request, outcomes, { force: isForced ? consents.force : null, canary });
  const writes = pendingChanges(plan);
  const isNew = writes.length > 0 || !sameRecord(record, seen.record);
  if (isNew) await records.write(record);
  const intent = intentOf(plan, writes, record.appliedAt, carriedOver(seen.intent, seen.observed));
  const rest = unsettled(intent, outcomes, { parked, unproven });
  if (rest !== null || seen.intent !== null || writes.length > 0)
    await records.writeIntent(plan.master, rest);
  const kept = isNew || seen.record === null ? record : seen.record;
  onProgress?.({ step: 'recorded', record: kept });
  return kept;
}

/** The record after these outcomes. */
function recordOf(
  { base, desired, observed, plan, focus }: Seen,
  { templates, policy }: ReconcileRequest,
  outcomes: readonly ChangeOutcome[],
  { force = null, canary }: { force?: string | null; canary?: CanaryResult | undefined },
): AppliedRecord {
  const appliedAt = new Date().toISOString();
  const { signatures } = policy;
  const known = { base, desired, observed, plan, focus, outcomes, appliedAt, force, canary, templates };
  return recordAfter({ ...known, signatures });
}
