/**
 * What connected workers need from the rest of the master: the stored workers, jobs and logs. Promises resolve when the
 * change is durable.
 */
export interface WorkerHost {
  /** Returns the worker whose applied certificate has this public key (Z85), or null to reject the connection. */
  workerOfKey(publicKey: string): string | null;
  /** The number of applied certificates. */
  readonly keyCount: number;

  /**
   * Makes an agent the one that acts as the worker, unless another one still has jobs: only that one can start and end
   * them.
   * @param instance as in its identity; `stockAgent` for a worker that does not identify itself
   * @param before the instance by which the same agent was known before; null: it is not known yet
   * @returns the IDs of the jobs that another agent has; none: the agent is accepted
   */
  claimWorker(hostname: string, instance: string, before: string | null): Promise<readonly number[]>;
  /** Sets or clears (null) why another agent of this worker is being rejected. */
  noteConflict(hostname: string, conflict: string | null): Promise<void>;

  /** The worker has sent a message (HELLO, PING or any other that shows that it is alive). */
  workerSeen(hostname: string, version: string | null): Promise<void>;
  /** The worker has not sent a message for 60 s. */
  workerLost(hostname: string): Promise<void>;

  /** Returns the jobs of this worker that must be started, canceled, or queried. */
  jobsOf(hostname: string): Promise<WorkerJobs>;
  /** Whether a job was scheduled for this worker. */
  ownsJob(hostname: string, jobId: number): Promise<boolean>;
  /** START_OK: Scheduled -> Running. Ignored if the job belongs to another worker. */
  jobStarted(hostname: string, jobId: number): Promise<void>;
  /**
   * Stores the lines of a job's log from `firstIndex` on. Lines that are already stored are skipped by their index; after a
   * gap nothing is stored.
   * @returns how many lines are stored now, which the dispatcher may forget; null if the job belongs to another worker
   */
  appendLog(
    hostname: string,
    jobId: number,
    firstIndex: number,
    lines: readonly string[],
  ): Promise<number | null>;
  /** END: the job's process has ended and its whole log is acknowledged. Idempotent. */
  jobEnded(hostname: string, jobId: number, end: JobEnd): Promise<void>;

  /** Calls back immediately when the result of `jobsOf(hostname)` may have changed, or certificates (hostname null). */
  onChange(listener: (hostname: string | null) => void): () => void;
}

/** The instance of all workers that do not identify themselves. */
export const stockAgent = 'stock';

export interface WorkerJobs {
  readonly start: readonly StartJob[];
  readonly cancel: readonly number[];
  readonly running: readonly number[];
}

/** Texts as in the START message; empty if they do not exist. */
export interface StartJob {
  readonly id: number;
  readonly definition: string;
  readonly device: string;
  readonly dispatcher: string;
  readonly env: string;
  readonly envDut: string;
}

export interface JobEnd {
  /** The start of the standard error output of the job's process; usually empty. */
  readonly errors: string;
  /** description.yaml in an xz container; empty if the process died before it wrote one. */
  readonly description: Uint8Array;
}
