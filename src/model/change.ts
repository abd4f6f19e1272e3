import type { ConfigurationObject, FieldValue, ObjectKey } from './configuration.js';
import type { Cause, Hold, Verb } from './verbs.js';

/** The value of a field on the master and in the lab. `undefined`: absent. */
export interface FieldChange {
  readonly field: string;
  readonly before: FieldValue | undefined;
  readonly after: FieldValue | undefined;
  readonly cause: Cause;
}

/**
 * One entry of a plan: what is done with one object of one master, and why. An object has at most one entry that
 * writes. It can have further entries that keep or report fields which are not written.
 */
export interface Change {
  readonly key: ObjectKey;
  readonly verb: Verb;
  /** The most significant cause among the fields. */
  readonly cause: Cause;
  /** The object as it should be afterwards (as it is, for `report`, `keep`, `retire` and `delete`). */
  readonly object: ConfigurationObject;
  readonly fields: readonly FieldChange[];
  /** Set only for `keep` and `report`. */
  readonly hold?: Hold;
  /** For `keep` and `report`: why nothing is done, such as `unsupported on LAVA 2023.01`. For other verbs: a remark. */
  readonly reason?: string;
}

/** The result of a change. */
export interface ChangeOutcome {
  readonly key: ObjectKey;
  readonly verb: Verb;
  /** `skipped`: not tried, because something that it needs failed. */
  readonly status: 'done' | 'failed' | 'skipped';
  /** For `failed` and `skipped`: what, where, and what to do. */
  readonly reason?: string;
  /** For a failed creation: the object exists now, because the change created it and could not complete or remove it. */
  readonly created?: true;
}

/** The revision that changes belong to; an embedded master stores it with them. */
export interface RevisionInfo {
  /** Location of the lab repo: a URL or a path, without credentials. */
  readonly repository: string;
  /** Full commit ID, followed by `+local` if a local layer was used. */
  readonly revision: string;
  readonly fingerprint: string;
}
