import type { ObjectKey } from './configuration.js';

/** For each field, the digest of the value that was last applied. */
export type AppliedFields = Readonly<Record<string, string>>;

/** How a change was tried on one device first. */
export interface CanaryResult {
  readonly device: string;
  /** The health check that judged the change; null if there was none. */
  readonly job: string | null;
  readonly outcome: 'kept' | 'put back';
  /** Why the change was reverted. */
  readonly reason?: string;
}

/** What a record depends on besides the lab. If it changes, the resulting differences have the cause `upstream`. */
export interface AppliedUpstream {
  /** `lava` or `lavaflow`, and the release. */
  readonly software: string;
  readonly release: string;
  /** Fields that the release had no API for, as `kind.field`: the lab's values for them were left out. */
  readonly unsupported: readonly string[];
  /** Digests of the templates from deviceTypeSources that devices used, by file name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** What lavaflow last applied to one master: the third state of the comparison, and the objects that it may prune. */
export interface AppliedRecord {
  readonly master: string;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  /** Managed objects. */
  readonly objects: ReadonlyMap<ObjectKey, AppliedFields>;
  /** Those of `objects` that were retired because they left the lab. They return to service when they return to the lab. */
  readonly retired: ReadonlySet<ObjectKey>;
  /** The reason given for overriding a safety limit, if one was overridden. */
  readonly force?: string;
  /** Absent: not recorded. */
  readonly upstream?: AppliedUpstream;
  /** The revision requires that the next one is signed by one of its signers. Absent: it does not. */
  readonly signatures?: 'required';
  /** Set if the apply started with a canary. */
  readonly canary?: CanaryResult;
}
