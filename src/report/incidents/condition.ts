import type { Contact } from '../../model/index.js';

/** In the order in which a report lists them. */
export const incidentKinds = [
  'lab-unreadable',
  'lab-unusable',
  'revision-untrusted',
  'master-unreachable',
  'access-denied',
  'worker-offline',
  'not-reconciled',
  'refused',
  'incomplete',
  'upstream',
  'drift',
] as const;

/**
 * - `lab-unreadable`: the lab repo cannot be read;
 * - `lab-unusable`: its files leave nothing to reconcile;
 * - `revision-untrusted`: the lab requires signatures, and that of the revision is not accepted;
 * - `master-unreachable`: a master does not respond;
 * - `access-denied`: a master rejects the token, or it lacks a permission;
 * - `worker-offline`: a master has lost its connection to a worker;
 * - `not-reconciled`: a run over a master failed for another reason;
 * - `refused`: a safety limit refused a plan;
 * - `incomplete`: some objects could not be read or changed;
 * - `upstream`: a LAVA release or a source of templates changed;
 * - `drift`: somebody changed objects on a master.
 */
export type IncidentKind = (typeof incidentKinds)[number];

export const incidentSeverities = ['low', 'medium', 'high'] as const;
export type IncidentSeverity = (typeof incidentSeverities)[number];

/** What is affected. `names` has at most `mostNames`, sorted; `count` counts all. */
export interface Affected {
  /** In the singular: `device`, `object`, `master`. */
  readonly noun: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** One thing that is wrong now, with one subject. Plain JSON: conditions are stored with their incident. */
export interface Condition {
  /** `KIND/SUBJECT`: the same as long as it lasts, and if it returns. */
  readonly key: string;
  readonly kind: IncidentKind;
  /** The name of a master; `MASTER/WORKER`; empty for the lab. */
  readonly subject: string;
  readonly severity: IncidentSeverity;
  /** When it began, if that is known better than from when it is first reported; ISO 8601, UTC. */
  readonly since: string | null;
  /** Why, as far as it is known; one sentence. */
  readonly cause: string;
  readonly affected: Affected;
  /** Conditions of one kind that share one of these probably have one cause: sites, hosts. */
  readonly places: readonly string[];
  /** Whom to ask. */
  readonly contacts: readonly Contact[];
}

/** What is known at one moment. What it does not mention is unknown, and unknown is never the end of anything. */
export interface Observation {
  readonly conditions: readonly Condition[];
  /** Keys of conditions that were looked for and are not there. `KIND/MASTER` also stands for its workers. */
  readonly absent: ReadonlySet<string>;
  /** The masters of the lab; null: unknown. What belonged to any other has ended. */
  readonly masters: ReadonlySet<string> | null;
  /** Whether every master of the lab was looked for and none responds. */
  readonly isEverythingDown: boolean;
}

export const mostNames = 20;

export function affected(noun: string, names: Iterable<string>): Affected {
  const all = [...new Set(names)].sort();
  return { noun, count: all.length, names: all.slice(0, mostNames) };
}

export function keyOfCondition(kind: IncidentKind, subject: string): string {
  return subject === '' ? kind : `${kind}/${subject}`;
}

/** The master that a key is about; null: it is about the lab. */
export function masterOfKey(key: string): string | null {
  return key.split('/')[1] ?? null;
}
