import type { ConfigurationObject, FieldValue, ObjectKey } from './configuration.js';
import type { Cause, Hold, Verb } from './verbs.js';

/** One field's way from what the master has to what the lab wants. `undefined`: not there. */
export interface FieldChange {
  readonly field: string;
  readonly before: FieldValue | undefined;
  readonly after: FieldValue | undefined;
  readonly cause: Cause;
}

/**
 * One entry of a plan: what is done with one object of one master, and why. An object has at most one entry that
 * writes, and beside it entries that keep or report the fields which are not written.
 */
export interface Change {
  readonly key: ObjectKey;
  readonly verb: Verb;
  /** The most telling cause among the fields. */
  readonly cause: Cause;
  /** The object as it should be afterwards (as it is, for `report`, `keep`, `retire` and `delete`). */
  readonly object: ConfigurationObject;
  readonly fields: readonly FieldChange[];
  /** Set for `keep` and `report`, and for no other verb. */
  readonly hold?: Hold;
  /** For `keep` and `report`: why nothing is done; e.g. `unsupported on LAVA 2023.01`. For others: what else to know. */
  readonly reason?: string;
}

/** What became of a change. */
export interface ChangeOutcome {
  readonly key: ObjectKey;
  readonly verb: Verb;
  /** `skipped`: not tried, because something it needs failed. */
  readonly status: 'done' | 'failed' | 'skipped';
  /** For `failed` and `skipped`: what, where, and what to do. */
  readonly reason?: string;
}

/** Under which revision changes are made; a master of ours stores it with them. */
export interface RevisionInfo {
  /** Where the lab lives: a URL or a path, without credentials. */
  readonly repository: string;
  /** Full commit id; `+local` is appended when a local layer took part. */
  readonly revision: string;
  readonly fingerprint: string;
}
