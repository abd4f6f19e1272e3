import type {
  AppliedRecord,
  Change,
  ChangeOutcome,
  ConfigurationObject,
  DeviceHealth,
  FieldValue,
  ObjectKey,
  ObservedMaster,
  RevisionInfo,
  Suspension,
} from '../model/index.js';

/** A master from the perspective of the reconciler. Implemented by the room `lava`. */
export interface MasterTarget {
  /** The master's URL, without credentials; part of a plan's fingerprint. */
  readonly url: string;

  /** The object as this master would store and return it (line ends, trailing newlines, order), for comparison. Pure. */
  normalise(object: ConfigurationObject): ConfigurationObject;

  /**
   * Begins to read what the next `observe` without a focus returns, for a caller that still has to read the lab. That
   * `observe` throws what fails. Undefined if nothing can be read in advance.
   * @param expected objects that probably exist; changes only the time that reading takes
   */
  beginObserving?(expected: ReadonlySet<ObjectKey>): void;

  /**
   * Reads everything that a plan may compare. What cannot be read is in `unreadable`, never silently missing.
   * @param interest objects that the caller will compare. Device types, workers and devices are always listed;
   *   templates and health checks, which LAVA cannot list, are read by these names
   * @param focus read the files (dictionaries, templates, environments) of these objects only; files of other objects
   *   may be silently missing from the result. Default: read everything
   * @throws ExternalError when the master as a whole cannot be read
   */
  observe(
    interest: ReadonlySet<ObjectKey>,
    signal?: AbortSignal,
    focus?: ReadonlySet<ObjectKey>,
  ): Promise<ObservedMaster>;

  /**
   * Reads templates and health checks without listing anything. Undefined if `observe` does no more than that.
   * @param types names of device types: only for a template with such a name, a master reports whether it is its own. The
   *   text of any other template may be the packaged one
   * @throws ExternalError when the master did not respond
   */
  readFiles?(
    keys: ReadonlySet<ObjectKey>,
    types: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<Pick<ObservedMaster, 'objects' | 'unreadable'>>;

  /**
   * The texts of templates as this master uses them, including its packaged ones, by names without `.jinja2`. `null`: the
   * template certainly does not exist; missing: the master does not show it. Undefined if the master never shows
   * templates that are not objects.
   * @throws ExternalError when the master did not respond
   */
  readTemplates?(
    names: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string | null>>;

  /**
   * Names of the master's users, for a plan that names one and an `observe` that did not return them. Null: the master does
   * not show all of them.
   * @throws ExternalError when the master did not respond
   */
  readUsers?(signal?: AbortSignal): Promise<ReadonlySet<string> | null>;

  /**
   * Which of these objects exist, read in a different way than by `observe`: used before objects that it did not see are
   * considered absent. Undefined if there is no other way.
   * @throws ExternalError when this cannot be determined for one of them
   */
  findThere?(keys: ReadonlySet<ObjectKey>, signal?: AbortSignal): Promise<ReadonlySet<ObjectKey>>;

  /**
   * Makes the changes in the given order and reads back what it wrote; a value that does not match is a failed outcome.
   * Passes one outcome per change to `onOutcome`, in order, as soon as it is known. An embedded master makes all
   * changes that can be made in one transaction.
   * @param guard called immediately before each request that writes
   * @throws ExternalError only when nothing more can be tried (the master is unavailable); outcomes so far were reported
   */
  apply(
    changes: readonly Change[],
    revision: RevisionInfo,
    onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
    signal?: AbortSignal,
    guard?: WriteGuard,
  ): Promise<void>;

  /**
   * What all devices, including retired ones, are doing now. Required if the lab asks for changes in maintenance, and for
   * a canary.
   * @throws ExternalError
   */
  boards?(signal?: AbortSignal): Promise<ReadonlyMap<string, Board>>;
}

/** The current state of a device, in LAVA's terms. */
export interface Board {
  readonly health: DeviceHealth | null;
  /** `Idle`; `Reserved`: a job is about to start; `Running`. */
  readonly state: string | null;
  /** Job ID of the last finished health check. */
  readonly lastHealthCheck: string | null;
}

/** What an apply is about to do to one object. */
export interface IntendedObject {
  readonly verb: 'create' | 'update' | 'adopt';
  readonly fields: Readonly<Record<string, IntendedField>>;
  /** The change created the object and then failed: it is ours, whatever its fields are. */
  readonly created?: true;
}

/** A field to be written. */
export interface IntendedField {
  /** The digest of the value before; null: absent. */
  readonly before: string | null;
  /** The digest of the value after. */
  readonly after: string;
  /** For a list: the digests of all entries before and after. LAVA adds and removes them one by one. */
  readonly entries?: readonly string[];
}

/**
 * Written before an apply, removed after its record is written. After a kill it shows which objects on the master may be
 * ours although the record does not contain them (docs/plan.md). Incomplete changes stay in it until the next run.
 */
export interface ApplyIntent {
  readonly master: string;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly objects: ReadonlyMap<ObjectKey, IntendedObject>;
  /** Devices that are in maintenance during the writes, with their previous health (maintenance.ts). */
  readonly parked?: ReadonlyMap<ObjectKey, DeviceHealth>;
  /** Changes that one device got first and no health check has proven yet: the next run reverts them (run-canary.ts). */
  readonly unproven?: Unproven;
}

export interface Unproven {
  readonly device: string;
  readonly objects: ReadonlyMap<ObjectKey, UnprovenObject>;
}

export interface UnprovenObject {
  /** Whether the file did not exist before. */
  readonly isNew: boolean;
  /** The values before, and the digests of the values after. */
  readonly fields: Readonly<Record<string, { readonly before: FieldValue; readonly after: string }>>;
}

/**
 * Prevents a process that was suspended for a while from writing to a master on which other processes may be working.
 * @throws ExternalError when the lock is lost, or may be lost
 */
export type WriteGuard = () => void;

/** Why a revision must not be applied. */
export interface RevisionProblem {
  readonly message: string;
  readonly hint: string;
}

/**
 * Verifies the signature of a revision before it is applied.
 * @throws ExternalError when it cannot be verified
 */
export type RevisionVerifier = (question: {
  /** The full ID of the commit that would be applied. */
  readonly commit: string;
  /** The commit whose signers decide. Null: none does, so the list of `commit` itself counts. */
  readonly inForce: string | null;
  /** The commit requires signatures: then it must allow somebody to sign, because nothing could be applied after it. */
  readonly requiresSigners: boolean;
}) => Promise<{
  /** Null: it may be applied. */
  readonly problem: RevisionProblem | null;
  /** The list of the revision itself decided. */
  readonly isOwnList: boolean;
}>;

/** A lock that another process holds while this one waits for it. */
export interface LockWait {
  readonly where: string;
  /** `process 12 on host-a` */
  readonly holder: string;
  /** When the holder acquired it, by its own clock. ISO 8601, UTC. */
  readonly since: string;
  /** When this process gives up. ISO 8601, UTC. */
  readonly until: string;
}

/**
 * Where records are stored. A write is durable and atomic: after a crash, the value is either the old or the new one.
 * A value that cannot be read or parsed is an ExternalError, never `null`. Writing requires the master's lock.
 */
export interface RecordStore {
  /**
   * The masters of the lab that have a record, in any order: also those that have left the lab.
   * @throws ExternalError
   */
  masters(): Promise<readonly string[]>;
  /** `null` if nothing was ever applied to this master. */
  read(master: string): Promise<AppliedRecord | null>;
  write(record: AppliedRecord): Promise<void>;
  readIntent(master: string): Promise<ApplyIntent | null>;
  /** `null` removes the intent. */
  writeIntent(master: string, intent: ApplyIntent | null): Promise<void>;
  /** `null` if nobody has suspended this master. The result may have ended (`isSuspended`). */
  readSuspension(master: string): Promise<Suspension | null>;
  /** `null` removes it, even if it is damaged. The holder of the lock knows that nothing is being written meanwhile. */
  writeSuspension(master: string, suspension: Suspension | null): Promise<void>;
  /**
   * Runs `task` while no other process reconciles this master; waits up to `waitMs`. `lost` is aborted if the lock is
   * lost (this process was suspended for longer than the lock lasts); from then on, writes are rejected. `guard` detects
   * this at once; the signal fires only a moment after the process resumes.
   * @param onWait called at once if another process holds the lock and there is time to wait, and for each new holder
   * @throws ExternalError (retry: soon) that names the owner when the lock is not free in time
   */
  withLock<T>(
    master: string,
    waitMs: number,
    task: (lost: AbortSignal, guard: WriteGuard) => Promise<T>,
    onWait?: (wait: LockWait) => void,
  ): Promise<T>;
}
