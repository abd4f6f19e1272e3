/**
 * What connected workers need of the rest of the master: the stored workers, jobs and logs. Every promise resolves
 * after the fact is durable.
 */
export interface WorkerHost {
  /** The worker whose applied certificate has this public key (Z85), or null: then the connection is refused. */
  workerOfKey(publicKey: string): string | null;

  /** The worker was heard from (HELLO, PING or any message that counts as alive). */
  workerSeen(hostname: string, version: string | null): Promise<void>;
  /** Nothing was heard from the worker for 60 s. */
  workerLost(hostname: string): Promise<void>;

  /** Jobs of this worker that must be started, cancelled, or asked about. */
  jobsOf(hostname: string): Promise<WorkerJobs>;
  /** START_OK: Scheduled -> Running. Ignored unless the job is this worker's. */
  jobStarted(hostname: string, jobId: number): Promise<void>;
  /**
   * Stores lines `firstIndex`... of a job's log; lines already stored are skipped by index, a gap is refused by
   * storing nothing. Returns how many lines are stored now: what the dispatcher may forget.
   * A job that is not this worker's stores nothing and gives null.
   */
  appendLog(
    hostname: string,
    jobId: number,
    firstIndex: number,
    lines: readonly string[],
  ): Promise<number | null>;
  /** END: the job's process has ended and its whole log was acknowledged. Idempotent. */
  jobEnded(hostname: string, jobId: number, end: JobEnd): Promise<void>;

  /** Calls back at once when `jobsOf(hostname)` may give something new, or certificates changed (hostname null). */
  onChange(listener: (hostname: string | null) => void): () => void;
}

export interface WorkerJobs {
  readonly start: readonly StartJob[];
  readonly cancel: readonly number[];
  readonly running: readonly number[];
}

/** Texts as they go into the START message; empty when there is none. */
export interface StartJob {
  readonly id: number;
  readonly definition: string;
  readonly device: string;
  readonly dispatcher: string;
  readonly env: string;
  readonly envDut: string;
}

export interface JobEnd {
  /** Standard error of the job's process; empty most often. */
  readonly errors: string;
  /** Text of description.yaml; empty when the process died before it wrote one. */
  readonly description: string;
}
