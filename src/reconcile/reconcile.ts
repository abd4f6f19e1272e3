/**
 * One reconciliation of one master, under its lock:
 *
 *   look -> check (fingerprint, safety) -> journal -> apply -> record
 *
 * - look: read record, intent and master; plan.
 * - check: a plan that moved since it was reviewed, or that is over a limit, is refused; nothing was written.
 * - journal: the intent says what is about to be written. From here to the end of `record` a kill leaves the intent
 *   behind, and the next look takes what it finds on the master as ours (intent.ts).
 * - apply: the target writes in order; outcomes arrive one by one.
 * - record: the record says what was done; the intent shrinks to what may be half-done.
 */
import { ExternalError } from '../diagnostics/index.js';
import type { AppliedRecord, Change, ChangeOutcome } from '../model/index.js';
import { judge, pendingChanges, whatMoved, type Moved, type Plan, type Refusal } from '../plan/index.js';
import { intentOf, unsettled } from './intent.js';
import { look, type PlanRequest, type Seen } from './look.js';
import type { RecordStore } from './ports.js';
import { recordAfter, sameRecord } from './record.js';

export interface ReconcileRequest extends PlanRequest {
  readonly records: RecordStore;
  /** The plan that was reviewed: refused when it is no longer what would be done. */
  readonly expected?: Plan;
  /** How long to wait for another process that reconciles this master; default 30 000. */
  readonly lockWaitMs?: number;
  readonly onProgress?: (progress: Progress) => void;
}

export type Progress =
  | { readonly step: 'planned'; readonly plan: Plan }
  | { readonly step: 'applying'; readonly changes: number }
  | { readonly step: 'outcome'; readonly outcome: ChangeOutcome; readonly index: number; readonly of: number }
  | { readonly step: 'recorded'; readonly record: AppliedRecord };

export type ReconcileRefusal =
  | { readonly kind: 'moved'; readonly moved: readonly Moved[] }
  | { readonly kind: 'unsafe'; readonly refusals: readonly Refusal[] };

export interface ReconcileResult {
  readonly plan: Plan;
  /** In the order of the plan's pending changes; fewer of them when `failure` is set. */
  readonly outcomes: readonly ChangeOutcome[];
  /** Why nothing was written. */
  readonly refused?: ReconcileRefusal;
  /** The master went away in between: nothing more could be tried. What was done is on the record. */
  readonly failure?: ExternalError;
  /** Limits that were passed by force. */
  readonly forced: readonly Refusal[];
  readonly record: AppliedRecord | null;
  /** Only what the lab changed was looked at (`onlyChanged`). */
  readonly isPartial: boolean;
}

/**
 * Makes one master what the lab says.
 * @throws ExternalError when the lock, the record or the master cannot be had; nothing was written to the master then
 */
export async function reconcile(request: ReconcileRequest): Promise<ReconcileResult> {
  const master = request.desired.master.name;
  return await request.records.withLock(master, request.lockWaitMs ?? 30_000, async (lost) => {
    const signal = request.signal === undefined ? lost : AbortSignal.any([request.signal, lost]);
    const seen = await look({ ...request, signal });
    request.onProgress?.({ step: 'planned', plan: seen.plan });

    const isPartial = seen.focus !== null;
    const { refused, forced } = check(seen, request);
    if (refused !== null)
      return { plan: seen.plan, outcomes: [], refused, forced, record: seen.record, isPartial };

    const outcomes: ChangeOutcome[] = [];
    const writes = pendingChanges(seen.plan);
    if (writes.length > 0) await journal(seen, writes, request);
    let failure: ExternalError | null = null;
    let record: AppliedRecord;
    try {
      if (writes.length > 0) await apply(writes, seen, request, signal, outcomes);
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error;
      failure = error;
    } finally {
      // Whatever happened: what was done until then goes on the record before anything else.
      record = await keepRecord(seen, request, outcomes, forced.length > 0);
    }
    return { plan: seen.plan, outcomes, forced, record, isPartial, ...(failure === null ? {} : { failure }) };
  });
}

function check(seen: Seen, request: ReconcileRequest) {
  const { expected, policy, consents } = request;
  if (expected !== undefined && expected.fingerprint !== seen.plan.fingerprint) {
    return { refused: { kind: 'moved', moved: whatMoved(expected, seen.plan) } as const, forced: [] };
  }
  const { refused, forced } = judge(seen.plan, policy, consents);
  return { refused: refused.length > 0 ? ({ kind: 'unsafe', refusals: refused } as const) : null, forced };
}

async function journal(seen: Seen, writes: readonly Change[], { records }: ReconcileRequest): Promise<void> {
  // What the old intent proved is put on the record first: the new intent takes the old one's place.
  if (seen.base !== null && !sameRecord(seen.base, seen.record)) await records.write(seen.base);
  await records.writeIntent(seen.plan.master, intentOf(seen.plan, writes, new Date().toISOString()));
}

/** Outcomes are pushed as they arrive, so that they are known even when the target gives up half-way. */
async function apply(
  writes: readonly Change[],
  seen: Seen,
  { target, onProgress }: ReconcileRequest,
  signal: AbortSignal,
  outcomes: ChangeOutcome[],
): Promise<void> {
  const { repository, revision, fingerprint } = seen.plan;
  onProgress?.({ step: 'applying', changes: writes.length });
  await target.apply(
    writes,
    { repository, revision, fingerprint },
    (outcome) => {
      outcomes.push(outcome);
      onProgress?.({ step: 'outcome', outcome, index: outcomes.length - 1, of: writes.length });
    },
    signal,
  );
}

async function keepRecord(
  seen: Seen,
  request: ReconcileRequest,
  outcomes: readonly ChangeOutcome[],
  isForced: boolean,
): Promise<AppliedRecord> {
  const { records, consents, onProgress } = request;
  const { base, desired, observed, plan, focus } = seen;
  const appliedAt = new Date().toISOString();
  const record = recordAfter({
    base,
    desired,
    observed,
    plan,
    focus,
    outcomes,
    appliedAt,
    force: isForced ? consents.force : null,
  });
  const writes = pendingChanges(plan);
  const isNew = writes.length > 0 || !sameRecord(record, seen.record);
  if (isNew) await records.write(record);
  const rest = writes.length === 0 ? null : unsettled(intentOf(plan, writes, appliedAt), outcomes);
  if (rest !== null || seen.intent !== null || writes.length > 0)
    await records.writeIntent(plan.master, rest);
  const kept = isNew || seen.record === null ? record : seen.record;
  onProgress?.({ step: 'recorded', record: kept });
  return kept;
}
