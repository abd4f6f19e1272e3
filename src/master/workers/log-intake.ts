/**
 * Stores the log lines of one worker, from all its connections. Lines are collected while an append is in progress, so
 * batches grow with the load. `take` waits when there are too many; TCP then makes the worker wait.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Notices, type Log } from '../../diagnostics/index.js';
import type { LogMessage } from '../../wire/index.js';
import { RecentMap } from './recent-map.js';
import type { WorkerHost } from './ports.js';

const maxQueued = 2000;
const maxQueuedCharacters = 4 * 1024 * 1024;
const retryMs = 1000;
/** The number of jobs whose state is remembered. What is forgotten costs a query, or half a second at the end of a job. */
const maxJobs = 500;

/** Consecutive lines; `firstIndex` is null if the sender does not number them. */
export interface LogRun {
  readonly jobId: number;
  readonly firstIndex: number | null;
  readonly lines: string[];
}

/** Joins messages into as few runs as possible, and preserves the order within each job. */
export function gatherRuns(messages: readonly LogMessage[]): LogRun[] {
  const runs: LogRun[] = [];
  const open = new Map<number, LogRun>();
  for (const { jobId, line, index } of messages) {
    const run = open.get(jobId);
    const nextIndex = run === undefined || run.firstIndex === null ? null : run.firstIndex + run.lines.length;
    if (run !== undefined && nextIndex === index) {
      run.lines.push(line);
      continue;
    }
    const begun = { jobId, firstIndex: index, lines: [line] };
    open.set(jobId, begun);
    runs.push(begun);
  }
  return runs;
}

/** What the worker gets in response to its lines. */
export interface LogReply {
  /** This number of lines is stored, or dropped for good. */
  acknowledge(jobId: number, lines: number): void;
  /** The job is finished or not one of this worker, but something still writes its log. */
  stray(jobId: number): void;
}

export class LogIntake {
  readonly #worker: string;
  readonly #host: WorkerHost;
  readonly #log: Log;
  readonly #reply: LogReply;
  readonly #signal: AbortSignal;
  #queue: LogMessage[] = [];
  #queuedCharacters = 0;
  #flushing: Promise<void> | null = null;
  readonly #notices = new Notices(600_000, 20);
  /** For jobs whose sender does not number lines: the next index, and when the last line arrived. */
  readonly #unnumbered = new RecentMap<number, { next: number | null; lastAtMs: number }>(maxJobs);
  readonly #numbered = new RecentMap<number, true>(maxJobs);

  constructor(worker: string, host: WorkerHost, log: Log, reply: LogReply, signal: AbortSignal) {
    this.#worker = worker;
    this.#host = host;
    this.#log = log;
    this.#reply = reply;
    this.#signal = signal;
  }

  /** The number of jobs whose state is remembered. */
  get rememberedJobs(): number {
    return this.#numbered.size + this.#unnumbered.size;
  }

  async take(message: LogMessage): Promise<void> {
    this.#queue.push(message);
    this.#queuedCharacters += message.line.length;
    if (message.index !== null) {
      this.#numbered.set(message.jobId, true);
    } else {
      const known = this.#unnumbered.get(message.jobId);
      this.#unnumbered.set(message.jobId, { next: known?.next ?? null, lastAtMs: Date.now() });
    }
    this.#flushing ??= this.#flush();
    if (this.#queue.length >= maxQueued || this.#queuedCharacters >= maxQueuedCharacters) await this.#flushing;
  }

  /**
   * Resolves when the log of an ended job can be considered complete. Our dispatcher ends a job after the last
   * acknowledgement; the last lines from a stock one may still arrive on another connection.
   */
  async whenSettled(jobId: number, quietMs = 500, mostMs = 5000): Promise<void> {
    const giveUpAtMs = Date.now() + mostMs;
    while (!this.#numbered.has(jobId) && Date.now() < giveUpAtMs) {
      const quietSinceMs = this.#unnumbered.get(jobId)?.lastAtMs ?? giveUpAtMs - mostMs;
      const restMs = quietSinceMs + quietMs - Date.now();
      if (restMs <= 0 && this.#flushing === null) break;
      await sleep(Math.max(restMs, 20), undefined, { signal: this.#signal });
    }
    await this.#flushing;
  }

  /** Resolves when all accepted lines are stored, or when that takes too long. */
  async finish(mostMs: number): Promise<void> {
    if (this.#flushing !== null) await Promise.race([this.#flushing, sleep(mostMs)]);
  }

  /** Called when no more lines of this job will arrive. */
  forget(jobId: number): void {
    this.#numbered.delete(jobId);
    this.#unnumbered.delete(jobId);
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0 && !this.#signal.aborted) {
      // Includes whatever else has arrived by now.
      await setImmediate();
      const messages = this.#queue;
      this.#queue = [];
      this.#queuedCharacters = 0;
      for (const run of gatherRuns(messages)) await this.#store(run);
    }
    // In the same tick as the check of the queue, so that a later line starts a new flush.
    this.#flushing = null;
  }

  /** Stores a run, and retries as long as the host fails, because a stock worker does not send a line twice. */
  async #store(run: LogRun): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        await this.#tryStore(run);
        return;
      } catch (error) {
        this.#log.error(
          { worker: this.#worker, job: run.jobId, error },
          'log lines could not be stored; trying again',
        );
        await sleep(retryMs, undefined, { signal: this.#signal }).catch(() => undefined);
      }
    }
  }

  async #tryStore({ jobId, firstIndex, lines }: LogRun): Promise<void> {
    const host = this.#host;
    const worker = this.#worker;
    const first =
      firstIndex ?? this.#unnumbered.get(jobId)?.next ?? (await host.appendLog(worker, jobId, 0, []));
    const stored = first === null ? null : await host.appendLog(worker, jobId, first, lines);
    if (stored === null && this.#notices.isDue(String(jobId), Date.now())) {
      const message = 'log lines were dropped: the job is finished or belongs to another worker';
      this.#log.warn({ worker, job: jobId }, message);
      this.#reply.stray(jobId);
    }
    if (firstIndex === null) {
      if (stored !== null) this.#unnumbered.set(jobId, { next: stored, lastAtMs: Date.now() });
      return;
    }
    // Dropped lines are acknowledged too, so that their sender can end the job.
    this.#reply.acknowledge(jobId, stored ?? firstIndex + lines.length);
  }
}
