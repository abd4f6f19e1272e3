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
} from '../model/index.js';

/** A master, seen from the reconciler. Implemented by the room `lava`. */
export interface MasterTarget {
  /** The master's URL, without credentials: part of a plan's fingerprint. */
  readonly url: string;

  /** The object as this master would store and show it (line ends, trailing newlines, order): what a plan compares. Pure. */
  normalise(object: ConfigurationObject): ConfigurationObject;

  /**
   * Reads everything that a plan may compare. What cannot be read is in `unreadable`, never missing silently.
   * @param interest objects that the caller will compare. Device types, workers and devices are listed in any case;
   *   templates and health checks, which LAVA cannot list, are read by these names
   * @param focus read the files (dictionaries, templates, environments) of these objects alone; files of others may
   *   be missing from what is returned, without a word about it. Default: read everything
   * @throws ExternalError when the master as a whole cannot be read
   */
  observe(
    interest: ReadonlySet<ObjectKey>,
    signal?: AbortSignal,
    focus?: ReadonlySet<ObjectKey>,
  ): Promise<ObservedMaster>;

  /**
   * The texts of templates as this master uses them, its packaged ones among them, by their names without `.jinja2`.
   * `null`: there is certainly none; left out: the master does not show it. Absent: it shows none of those that are
   * no objects.
   * @throws ExternalError when the master did not answer
   */
  readTemplates?(
    names: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string | null>>;

  /**
   * Which of these objects are there after all, asked in another way than `observe` does: before what it did not see
   * is taken for absent. Absent: there is no other way.
   * @throws ExternalError when that cannot be told of one of them
   */
  findThere?(keys: ReadonlySet<ObjectKey>, signal?: AbortSignal): Promise<ReadonlySet<ObjectKey>>;

  /**
   * Makes the changes in the given order and reads back what it wrote; a value that does not read back is a
   * failed outcome. One outcome a change, in order, handed to `onOutcome` as soon as it is known.
   * A master of ours takes them in one transaction: all are done or none is.
   * @param guard called right before each request that writes, when nothing can hold it up any more
   * @throws ExternalError only when nothing more can be tried (the master went away); outcomes so far were reported
   */
  apply(
    changes: readonly Change[],
    revision: RevisionInfo,
    onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
    signal?: AbortSignal,
    guard?: WriteGuard,
  ): Promise<void>;

  /**
   * What the devices do at the moment, retired ones too. Needed where the lab wants changes in maintenance, and for
   * a canary.
   * @throws ExternalError
   */
  boards?(signal?: AbortSignal): Promise<ReadonlyMap<string, Board>>;
}

/** A device at work, in LAVA's words. */
export interface Board {
  readonly health: DeviceHealth | null;
  /** `Idle`; `Reserved`: a job is about to start; `Running`. */
  readonly state: string | null;
  /** Number of the health check that ended last. */
  readonly lastHealthCheck: string | null;
}

/** What an apply is about to do with one object. */
export interface IntendedObject {
  readonly verb: 'create' | 'update' | 'adopt';
  /** The fields about to be written: digests of the values before (null: not there) and after. */
  readonly fields: Readonly<Record<string, { readonly before: string | null; readonly after: string }>>;
}

/**
 * Written before an apply, taken back after its record is written: after a kill it tells which objects on the master
 * may be ours although no record says so (docs/plan.md). What failed half-way stays in it until the next run.
 */
export interface ApplyIntent {
  readonly master: string;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly objects: ReadonlyMap<ObjectKey, IntendedObject>;
  /** Devices that are in maintenance for the time of the writes, with the health that they had (maintenance.ts). */
  readonly parked?: ReadonlyMap<ObjectKey, DeviceHealth>;
  /** What one device got first and no health check has proven yet: the next run puts it back (run-canary.ts). */
  readonly unproven?: Unproven;
}

export interface Unproven {
  readonly device: string;
  readonly objects: ReadonlyMap<ObjectKey, UnprovenObject>;
}

export interface UnprovenObject {
  /** A file that was not there before. */
  readonly isNew: boolean;
  /** The values before, and digests of those after. */
  readonly fields: Readonly<Record<string, { readonly before: FieldValue; readonly after: string }>>;
}

/**
 * Tells a process that was stopped for a while, before it writes to a master again, that others may be at work there.
 * @throws ExternalError when the lock is lost, or may be by now
 */
export type WriteGuard = () => void;

/** A lock that another process has, while this one waits for it. */
export interface LockWait {
  readonly where: string;
  /** `process 12 on host-a` */
  readonly holder: string;
  /** When the holder took it, by its own clock. ISO 8601, UTC. */
  readonly since: string;
  /** When we give up. ISO 8601, UTC. */
  readonly until: string;
}

/**
 * Where records are kept. A write is durable and atomic: after a crash there is the old value or the new one.
 * What cannot be read or understood is an ExternalError, never `null`. Writing needs the master's lock.
 */
export interface RecordStore {
  /** `null`: nothing was ever applied to this master. */
  read(master: string): Promise<AppliedRecord | null>;
  write(record: AppliedRecord): Promise<void>;
  readIntent(master: string): Promise<ApplyIntent | null>;
  /** `null` takes the intent back. */
  writeIntent(master: string, intent: ApplyIntent | null): Promise<void>;
  /**
   * Runs `task` while no other process reconciles this master; waits up to `waitMs`. `lost` is aborted should the
   * lock be taken away (this process was stopped for longer than the lock lasts); from then on writes are refused.
   * `guard` knows at once, where the signal takes a moment after the process goes on.
   * @param onWait called at once when the lock is taken and there is time to wait, and for each new holder
   * @throws ExternalError (retry: soon) that names the owner when the lock stays taken
   */
  withLock<T>(
    master: string,
    waitMs: number,
    task: (lost: AbortSignal, guard: WriteGuard) => Promise<T>,
    onWait?: (wait: LockWait) => void,
  ): Promise<T>;
}
