import type { Change, ChangeOutcome, ObjectKey, ObservedMaster, RevisionInfo } from '../model/index.js';

/** A master, seen from the reconciler. Implemented by the room `lava`. */
export interface MasterTarget {
  /** The master's URL, without credentials: part of a plan's fingerprint. */
  readonly url: string;

  /**
   * Reads everything that a plan may compare. What cannot be read is in `unreadable`, never missing silently.
   * @param interest objects that the caller will compare. Device types, workers and devices are listed in any case;
   *   templates and health checks, which LAVA cannot list, are read by these names
   * @throws ExternalError when the master as a whole cannot be read
   */
  observe(interest: ReadonlySet<ObjectKey>, signal?: AbortSignal): Promise<ObservedMaster>;

  /**
   * Makes the changes in the given order and reads back what it wrote; a value that does not read back is a
   * failed outcome. One outcome a change, in order, handed to `onOutcome` as soon as it is known.
   * A master of ours takes them in one transaction: all are done or none is.
   * @throws ExternalError only when nothing more can be tried (the master went away); outcomes so far were reported
   */
  apply(
    changes: readonly Change[],
    revision: RevisionInfo,
    onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
}

/** What lavaflow last wrote to one master: the third side of the comparison, and what it may prune. */
export interface AppliedRecord {
  readonly master: string;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly appliedAt: string;
  /** Managed objects: for each field, the digest (`digestOf`) of the value that was last applied. */
  readonly objects: ReadonlyMap<ObjectKey, Readonly<Record<string, string>>>;
}

/** Where records are kept. `write` is durable and atomic: after a crash there is the old record or the new one. */
export interface RecordStore {
  read(master: string): Promise<AppliedRecord | null>;
  write(record: AppliedRecord): Promise<void>;
  /**
   * Runs `task` while no other process reconciles this master; waits up to `waitMs`.
   * @throws ExternalError (retry: soon) that names the owner when the lock stays taken
   */
  withLock<T>(master: string, waitMs: number, task: () => Promise<T>): Promise<T>;
}
