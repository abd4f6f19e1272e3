/** The request, the progress reports and the result of a reconciliation. */
import type { ExternalError } from '../diagnostics/index.js';
import type { AppliedRecord, CanaryResult, ChangeOutcome, Suspension } from '../model/index.js';
import type { Moved, Plan, Refusal, Selection } from '../plan/index.js';
import type { CanaryRequest } from './canary/plan-canary.js';
import type { CanaryProgress } from './canary/run-canary.js';
import type { DatedDrift } from './drift/date-plan.js';
import type { DriftMemory } from './drift/drift-memory.js';
import type { PlanRequest } from './look/look.js';
import type { LockWait, RecordStore, RevisionProblem } from './ports.js';

export interface ReconcileRequest extends PlanRequest {
  readonly records: RecordStore;
  /** The plan that was reviewed: refused if it is no longer what would be done. */
  readonly expected?: Plan;
  /** Where to store when drift was first seen and what was restored. Default: drift is not dated. */
  readonly driftMemory?: DriftMemory;
  /**
   * What a person allows to be deleted in this run, if the plan was made with a different consent: being in a plan file
   * does not allow a deletion. Default: `consents.allowDelete`.
   */
  readonly allowDelete?: Selection;
  /** How long to wait for another process that is reconciling this master, in milliseconds; default: 30 000. */
  readonly lockWaitMs?: number;
  /**
   * Acquire the lock only if a look without it shows something to write. For callers that look often and rarely find
   * anything; what they find is looked at again under the lock. Default: false.
   */
  readonly locksOnlyToWrite?: boolean;
  /** How often to poll while devices become idle or run a health check, in milliseconds; default: 2 000. */
  readonly pollMs?: number;
  /** How long to wait for that, in milliseconds; default: half an hour. */
  readonly timeoutMs?: number;
  /** The device that gets the change before the others (docs/stock-lava.md). */
  readonly canary?: CanaryRequest;
  readonly onProgress?: (progress: Progress) => void;
}

export type Progress =
  | ({ readonly step: 'waiting' } & LockWait)
  | { readonly step: 'suspension ended'; readonly suspension: Suspension }
  /** About the signature of the revision, which is accepted. */
  | { readonly step: 'accepted'; readonly remark: string }
  | { readonly step: 'planned'; readonly plan: Plan }
  | { readonly step: 'applying'; readonly changes: number }
  | ({ readonly step: 'canary' } & CanaryProgress)
  | { readonly step: 'outcome'; readonly outcome: ChangeOutcome; readonly index: number; readonly of: number }
  | { readonly step: 'recorded'; readonly record: AppliedRecord };

export type ReconcileRefusal =
  | { readonly kind: 'suspended'; readonly suspension: Suspension }
  /** Its signature does not allow this revision. */
  | { readonly kind: 'untrusted'; readonly problem: RevisionProblem }
  | { readonly kind: 'moved'; readonly moved: readonly Moved[] }
  | { readonly kind: 'unsafe'; readonly refusals: readonly Refusal[] };

export interface ReconcileResult {
  readonly plan: Plan;
  /** In the order of the plan's pending changes; fewer if `failure` is set. */
  readonly outcomes: readonly ChangeOutcome[];
  /** Why nothing was written. */
  readonly refused?: ReconcileRefusal;
  /** The master became unavailable: nothing more could be tried. What was done is recorded. */
  readonly failure?: ExternalError;
  /** Limits that were overridden by force. */
  readonly forced: readonly Refusal[];
  readonly record: AppliedRecord | null;
  /** Whether only the objects that the lab changed were looked at (`onlyChanged`). */
  readonly isPartial: boolean;
  /** As observed; null: unknown. */
  readonly offlineWorkers: ReadonlySet<string> | null;
  readonly canary?: CanaryResult;
  /** Set when `driftMemory` was given, the whole master was seen and nothing failed. */
  readonly drift?: DatedDrift;
}
