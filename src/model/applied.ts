import type { ObjectKey } from './configuration.js';

/** For each field, the digest of the value that was last applied. */
export type AppliedFields = Readonly<Record<string, string>>;

/** How a change was tried on one device before the others got it. */
export interface CanaryResult {
  readonly device: string;
  /** The health check that judged it; null: there was none. */
  readonly job: string | null;
  readonly outcome: 'kept' | 'put back';
  /** Why it was put back. */
  readonly reason?: string;
}

/** What a record rests on besides the lab: differences that come from its moving are `upstream`. */
export interface AppliedUpstream {
  /** `lava` or `lavaflow`, and its release. */
  readonly software: string;
  readonly release: string;
  /** Fields that the release had no call for, as `kind.field`: the lab's values for them were left out. */
  readonly unsupported: readonly string[];
  /** Digests of the templates of deviceTypeSources that devices were made of, by file name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** What lavaflow last wrote to one master: the third side of the comparison, and what it may prune. */
export interface AppliedRecord {
  readonly master: string;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  /** Managed objects. */
  readonly objects: ReadonlyMap<ObjectKey, AppliedFields>;
  /** Those of `objects` that were retired because they left the lab; they are brought back when they return to it. */
  readonly retired: ReadonlySet<ObjectKey>;
  /** The reason that was given for passing a safety limit, when one was passed. */
  readonly force?: string;
  /** Absent: nobody noted it. */
  readonly upstream?: AppliedUpstream;
  /** When the apply began with one device. */
  readonly canary?: CanaryResult;
}
