import type { Finding, Retry } from '../diagnostics/index.js';
import type { ObjectKey, Verb } from '../model/index.js';

/**
 * What the controller is doing with one master.
 * - `off`: the master's address or token is not set; nothing is tried until it is.
 * - `idle`: the last run ended well, and the master holds `revision` as far as the policy lets it.
 * - `reconciling`: a run is under way.
 * - `waiting`: the master could not be reached, or the run was cut off; tried again at `nextTryAt`, or at the next start.
 * - `failed`: a person must act, or something could not be read or changed; tried again on a new revision or on
 *   schedule.
 * - `refused`: a safety limit or the policy holds the plan back; `lavaflow apply --force REASON` passes it.
 */
export type MasterState = 'off' | 'idle' | 'reconciling' | 'waiting' | 'failed' | 'refused';

export interface StatusError {
  readonly message: string;
  /** `bug`: not the world's fault; the log has more. */
  readonly retry: Retry | 'bug';
}

export interface MasterStatus {
  readonly state: MasterState;
  /** ISO 8601, UTC: since when it is in this state. */
  readonly since: string;
  /** Without credentials; null while it is not known. */
  readonly url: string | null;
  /** What was, or is being, reconciled; `+local` appended when a local layer took part. */
  readonly revision: string | null;
  /** The last revision whose changes are all on the master, read back, and when that was seen last. */
  readonly lastApplied: { readonly revision: string; readonly at: string } | null;
  /** Changes of the last plan, by verb. */
  readonly counts: Readonly<Record<Verb, number>> | null;
  /** Objects that the last run found changed on the master itself. */
  readonly drift: readonly ObjectKey[];
  /** For each of them, when it was first seen so; ISO 8601, UTC. */
  readonly driftSince: Readonly<Record<string, string>>;
  /** What somebody keeps changing back, so that it is left alone for a while; one sentence each. */
  readonly contested: readonly string[];
  /** What the last run could not or may not do, one sentence each. */
  readonly problems: readonly string[];
  readonly error: StatusError | null;
  readonly nextTryAt: string | null;
}

/**
 * How the lab was read last.
 * - `reading`: nothing is known yet.
 * - `ok`: no finding is an error.
 * - `invalid`: some are; what does not depend on them is reconciled.
 * - `unusable`: the findings leave nothing to reconcile; masters keep what they have.
 * - `unreadable`: the repository could not be read (`error`); masters keep what they have.
 */
export type LabState = 'reading' | 'ok' | 'invalid' | 'unusable' | 'unreadable';

/** Plain JSON: written to the status file, and what `lavaflow up` prints from. */
export interface ControllerStatus {
  readonly repository: string;
  readonly state: LabState;
  readonly since: string;
  /** The revision that was read last. */
  readonly revision: string | null;
  readonly findings: readonly Finding[];
  readonly error: StatusError | null;
  readonly masters: Readonly<Record<string, MasterStatus>>;
}

export function firstMasterStatus(at: string): MasterStatus {
  return {
    state: 'idle',
    since: at,
    url: null,
    revision: null,
    lastApplied: null,
    counts: null,
    drift: [],
    driftSince: {},
    contested: [],
    problems: [],
    error: null,
    nextTryAt: null,
  };
}

/** Takes over `changes`; `since` moves only when the state does. */
export function withChanges<T extends { readonly state: string; readonly since: string }>(
  status: T,
  changes: Partial<Omit<T, 'since'>>,
  at: string,
): T {
  const isSame = changes.state === undefined || changes.state === status.state;
  return { ...status, ...changes, since: isSame ? status.since : at };
}
