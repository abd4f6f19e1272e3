import type { FailureSubject, Finding, Retry } from '../diagnostics/index.js';
import type { ObjectKey, Suspension, Verb } from '../model/index.js';

/**
 * What the controller is doing with one master.
 * - `off`: the master's address or token is not set; nothing is tried until it is.
 * - `idle`: the last run succeeded, and the master matches `revision` as far as the policy allows.
 * - `reconciling`: a run is in progress.
 * - `waiting`: the master could not be reached, or the run was interrupted; repeated at `nextTryAt`, or at the next start.
 * - `failed`: a person must act, or something could not be read or changed; repeated for a new revision or on
 *   schedule.
 * - `refused`: a safety limit or the policy prevents the plan, and `lavaflow apply --force REASON` overrides it; or the signature
 *   of the revision is not accepted (`sight.untrusted`).
 * - `suspended`: a person decided that nothing is written for a while (`suspension`); only drift is observed.
 */
export const masterStates = [
  'off',
  'idle',
  'reconciling',
  'waiting',
  'failed',
  'refused',
  'suspended',
] as const;
export type MasterState = (typeof masterStates)[number];

export interface StatusError {
  readonly message: string;
  /** `bug`: a fault in lavaflow; the log has details. */
  readonly retry: Retry | 'bug';
  /** Absent: not known. */
  readonly about?: FailureSubject;
}

/** What a complete run saw of a master and left as it is. */
export interface MasterSight {
  /** Why the signature of the revision was not accepted; null or absent: it was, or it needs none. */
  readonly untrusted?: string | null;
  /** Drift that somebody should know about: not restored, and not only observed. */
  readonly drift: readonly ObjectKey[];
  /** Objects whose files or configuration changed because a LAVA release or a source of templates changed. */
  readonly upstream: readonly ObjectKey[];
  /** Which release or source that was; one sentence each. */
  readonly upstreamRemarks: readonly string[];
  /** Objects that could not be read: nothing is known about them. */
  readonly unseen: readonly ObjectKey[];
  /** Workers that were connected before and are not. Null: their states could not be read. */
  readonly offlineWorkers: readonly string[] | null;
}

export interface MasterStatus {
  readonly state: MasterState;
  /** ISO 8601, UTC: since when it is in this state. */
  readonly since: string;
  /** Without credentials; null while it is unknown. */
  readonly url: string | null;
  /** The revision that was, or is being, reconciled; `+local` is appended if a local layer was used. */
  readonly revision: string | null;
  /** The last revision whose changes are all on the master and were read back, and when this was last confirmed. */
  readonly lastApplied: { readonly revision: string; readonly at: string } | null;
  /** When the first comparison since the last confirmation began; null: the newest one has confirmed it. */
  readonly unconfirmedSince: string | null;
  /** Changes of the last plan, by verb. */
  readonly counts: Readonly<Record<Verb, number>> | null;
  /** Objects that the last run found changed on the master itself. */
  readonly drift: readonly ObjectKey[];
  /** For each of them, when the difference was first seen; ISO 8601, UTC. */
  readonly driftSince: Readonly<Record<string, string>>;
  /** Values that somebody keeps changing back and that are therefore left alone for a while; one sentence each. */
  readonly contested: readonly string[];
  /** What maintenance windows do not allow now, and that a run makes when they do; one sentence each. */
  readonly waiting: readonly string[];
  /** When a window of the master's workers or devices opens or closes next, which starts a run; null: there is none. */
  readonly nextWindowAt: string | null;
  /** What the last run could not or must not do; one sentence each. */
  readonly problems: readonly string[];
  /** The suspension that is active; null: there is none. */
  readonly suspension: Suspension | null;
  readonly error: StatusError | null;
  readonly nextTryAt: string | null;
  /** Of the last run that saw the whole master; null or absent: none has since the controller started. */
  readonly sight?: MasterSight | null;
}

/**
 * The result of the last reading of the lab.
 * - `reading`: not known yet.
 * - `ok`: without errors.
 * - `invalid`: with errors; everything that does not depend on them is reconciled.
 * - `unusable`: the errors leave nothing to reconcile; masters keep their state.
 * - `unreadable`: the repository could not be read (`error`); masters keep their state.
 * - `following`: another controller leads and reads it; this one takes over when it ends.
 */
export const labStates = ['reading', 'ok', 'invalid', 'unusable', 'unreadable', 'following'] as const;
export type LabState = (typeof labStates)[number];

/** Plain JSON: written to the status file, and the source of what `lavaflow up` prints. */
export interface ControllerStatus {
  readonly repository: string;
  readonly state: LabState;
  readonly since: string;
  /** The revision that was read last. */
  readonly revision: string | null;
  readonly findings: readonly Finding[];
  readonly error: StatusError | null;
  /**
   * When the start or the schedule last had everything compared, and when the schedule does so next (null: never).
   * ISO 8601, UTC.
   */
  readonly schedule: { readonly lastAt: string; readonly nextAt: string | null };
  readonly masters: Readonly<Record<string, MasterStatus>>;
  /** Absent where only one controller can run. */
  readonly leading?: boolean;
  /** The controller that leads instead of this one; null or absent: this one does, or it is not known. */
  readonly leader?: { readonly holder: string; readonly since: string } | null;
}

/** Whether a comparison should confirm that the lab is applied to the master: not if it is off or suspended. */
export function expectsConfirmation({ state, suspension }: MasterStatus): boolean {
  return state !== 'off' && suspension === null;
}

/** How long comparing everything may take before a master counts as late. */
const confirmWithinMs = 5 * 60_000;

/**
 * When at the latest the master should be confirmed again: a few minutes after everything was to be compared.
 * @returns ISO 8601, UTC; null if nothing is expected of it
 */
export function confirmationDueAt(
  { nextAt }: ControllerStatus['schedule'],
  master: MasterStatus,
): string | null {
  const comparedAt = expectsConfirmation(master) ? (master.unconfirmedSince ?? nextAt) : null;
  return comparedAt === null ? null : new Date(Date.parse(comparedAt) + confirmWithinMs).toISOString();
}

export function firstMasterStatus(at: string): MasterStatus {
  return {
    state: 'idle',
    since: at,
    url: null,
    revision: null,
    lastApplied: null,
    unconfirmedSince: at,
    counts: null,
    drift: [],
    driftSince: {},
    contested: [],
    waiting: [],
    nextWindowAt: null,
    problems: [],
    suspension: null,
    error: null,
    nextTryAt: null,
  };
}

/** Merges `changes`; `since` changes only with the state. */
export function withChanges<T extends { readonly state: string; readonly since: string }>(
  status: T,
  changes: Partial<Omit<T, 'since'>>,
  at: string,
): T {
  const isSame = changes.state === undefined || changes.state === status.state;
  return { ...status, ...changes, since: isSame ? status.since : at };
}
