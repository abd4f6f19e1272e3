/** What a reconciliation is asked for, what it reports on its way, and what comes of it. */
import type { ExternalError } from '../diagnostics/index.js';
import type { AppliedRecord, CanaryResult, ChangeOutcome } from '../model/index.js';
import type { Moved, Plan, Refusal, Selection } from '../plan/index.js';
import type { CanaryRequest } from './canary/plan-canary.js';
import type { CanaryProgress } from './canary/run-canary.js';
import type { DatedDrift } from './drift/date-plan.js';
import type { DriftMemory } from './drift/drift-memory.js';
import type { PlanRequest } from './look/look.js';
import type { LockWait, RecordStore } from './ports.js';

export interface ReconcileRequest extends PlanRequest {
  readonly records: RecordStore;
  /** The plan that was reviewed: refused when it is no longer what would be done. */
  readonly expected?: Plan;
  /** Where to store when drift was first seen and what was restored. Default: drift is not dated. */
  readonly driftMemory?: DriftMemory;
  /**
   * What a person allows to be deleted in this run, where the plan was made with another consent: that it is in a plan
   * file allows nothing. Default: `consents.allowDelete`.
   */
  readonly allowDelete?: Selection;
  /** How long to wait for another process that reconciles this master; default 30 000. */
  readonly lockWaitMs?: number;
  /**
   * Take the lock only when a look without it shows something to write. For who looks often and seldom finds
   * anything; what is found is looked at again under the lock. Default: no.
   */
  readonly locksOnlyToWrite?: boolean;
  /** How often to look while devices become idle or are checked; default 2 000. */
  readonly pollMs?: number;
  /** For that to come to an end; default half an hour. */
  readonly timeoutMs?: number;
  /** One device is to get the change before the others (docs/stock-lava.md). */
  readonly canary?: CanaryRequest;
  readonly onProgress?: (progress: Progress) => void;
}

export type Progress =
  | ({ readonly step: 'waiting' } & LockWait)
  | { readonly step: 'planned'; readonly plan: Plan }
  | { readonly step: 'applying'; readonly changes: number }
  | ({ readonly step: 'canary' } & CanaryProgress)
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
  readonly canary?: CanaryResult;
  /** Set when `driftMemory` was given, the whole master was seen and nothing failed. */
  readonly drift?: DatedDrift;
}
