import { randomBytes } from 'node:crypto';
import { Notices } from '../diagnostics/index.js';
import type { ControlMessage, StartMessage } from '../wire/index.js';
import { readRecords } from './job-record.js';
import { Job, type JobContext } from './job.js';

const maxRemembered = 1000;
/** A master never needs more: a job has a board for itself. */
const maxJobs = 1000;

/** The jobs of a dispatcher and how the master's messages affect them. A message may arrive twice (docs/wire.md). */
export class JobTable {
  readonly #jobs = new Map<number, Job>();
  /** Jobs that the master confirmed with END_OK; a late START must not run them again. */
  readonly #done = new Set<number>();
  readonly #notices = new Notices();
  /** Jobs that are being prepared: not all of them are in the table yet. */
  readonly #starting = new Set<Promise<void>>();
  #isOpen = true;

  readonly #context: JobContext;

  constructor(context: JobContext) {
    this.#context = context;
  }

  get all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Loads the jobs of an earlier process without running them. */
  async resume(): Promise<void> {
    for (const record of await readRecords(this.#context.jobsDirectory)) {
      this.#jobs.set(record.id, await Job.resume(record, this.#context));
    }
  }

  /** From now on no job is started. Resolves when every job whose start had begun is in the table. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#starting);
  }

  async handle(message: ControlMessage): Promise<void> {
    switch (message.action) {
      case 'START': {
        const start = this.#start(message);
        this.#starting.add(start);
        await start.finally(() => this.#starting.delete(start));
        return;
      }
      case 'CANCEL': {
        const job = this.#jobs.get(message.jobId);
        if (job === undefined) this.#endUnknown(message.jobId);
        else await job.cancel();
        return;
      }
      case 'STATUS': {
        const job = this.#jobs.get(message.jobId);
        if (job === undefined) this.#endUnknown(message.jobId);
        else await job.answer();
        return;
      }
      case 'END_OK':
        await this.#forget(message.jobId);
        return;
      case 'LOG_OK':
        this.#jobs.get(message.jobId)?.acknowledge(message.lines);
        return;
      default:
        if (this.#notices.isDue(message.action, Date.now()))
          this.#context.log.warn({ message: message.action }, 'a worker does not accept this message');
    }
  }

  async #start(message: StartMessage): Promise<void> {
    const { jobId } = message;
    const known = this.#jobs.get(jobId);
    if (known !== undefined) {
      await known.answer();
    } else if (this.#done.has(jobId)) {
      this.#endUnknown(jobId);
    } else if (this.#jobs.size >= maxJobs) {
      if (this.#notices.isDue('full', Date.now()))
        this.#context.log.error({ job: jobId }, 'a job was not started: this dispatcher has 1000 jobs');
    } else if (this.#isOpen) {
      const job = await Job.prepare(message, randomBytes(16).toString('hex'), this.#context);
      this.#jobs.set(jobId, job);
      await job.run();
      await job.answer();
    }
  }

  /** The master asks for a job that is unknown here: it ended without a trace (protocol 3: END with empty frames). */
  #endUnknown(jobId: number): void {
    this.#context.sendControl({ action: 'END', jobId, errors: '', description: new Uint8Array() });
  }

  async #forget(jobId: number): Promise<void> {
    const job = this.#jobs.get(jobId);
    if (job === undefined || !job.isEnded) return;
    this.#done.add(jobId);
    for (const oldest of this.#done) {
      if (this.#done.size <= maxRemembered) break;
      this.#done.delete(oldest);
    }
    await job.remove();
    // Only now: stopping waits for the jobs in this table and then lets the next process use the directory.
    this.#jobs.delete(jobId);
  }
}
