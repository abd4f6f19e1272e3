/**
 * One job on this dispatcher. States (stored by job-record.ts): `prepared` -> `running` -> `ended`, or `running` ->
 * `canceling` -> `ended`; then END is sent until END_OK arrives, and the job is removed. After a crash of the
 * dispatcher, a job continues where it was: `prepared` is started, `running` and `canceling` are followed through
 * /proc.
 *
 * The job's watchdog runs and ends the executor. A watchdog that ends without a result is started again.
 *
 * All operations on a job run one at a time (`enqueue`).
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, type Log } from '../diagnostics/index.js';
import { isAlive, readIfThere, sendSignal, steadyMs } from '../host/index.js';
import { packDescription, type ControlMessage, type StartMessage } from '../wire/index.js';
import { buildEnvironment } from './environment.js';
import { startHeld } from './executor-process.js';
import type { Isolation } from './isolation/isolation.js';
import { readJobFile } from './job-files.js';
import {
  prepareJob,
  readAcknowledged,
  writeAcknowledged,
  writeRecord,
  type JobRecord,
} from './job-record.js';
import { appendFailedAction, completeResult, type Failure } from './job-result.js';
import { LogShipper } from './log-shipper.js';
import { readTextEnd } from './read-text-end.js';
import { jobCookieName, killJob } from './kill-job.js';
import { watchdogCommand } from './watchdog/settings.js';

export interface JobContext {
  readonly jobsDirectory: string;
  readonly executorCommand: readonly string[];
  /** What separates a job from the rest of the machine. */
  readonly isolationOf: (jobId: number) => Isolation;
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  /** Delays after the first SIGTERM until the second one, and until all processes are killed. */
  readonly termAgainAfterMs: number;
  readonly killAfterMs: number;
  /** How much longer than its own limits the executor may run, and how long powering off a board may take. */
  readonly graceMs: number;
  readonly powerOffMs: number;
  /** Delay before END and log lines are repeated. */
  readonly repeatMs: number;
  /** Drops the message if the master cannot be reached. */
  readonly sendControl: (message: ControlMessage) => void;
  /** Resolves to false if the line was not sent. */
  readonly sendLine: (jobId: number, index: number, line: string) => Promise<boolean>;
  /** Whether the master acknowledges lines; null while that is unknown. */
  readonly acknowledgesLogs: () => boolean | null;
}

/** What is sent of the executor's standard error output, which may be of any size. */
const maxErrorsBytes = 64 * 1024;
/** A watchdog that ends without a result is started again after a delay that doubles each time. */
const restartDelayMs = 100;
const maxWatchdogStarts = 8;
const longLifeMs = 60_000;

export class Job {
  readonly #directory: string;
  readonly #shipper: LogShipper;
  #tail: Promise<void> = Promise.resolve();
  #isPolling = false;
  #watchdogStarts = 0;
  #watchdogStartedMs = 0;
  #lastEndMs = 0;
  #savedLines: number;
  #isRemoved = false;
  #failure: Failure | null = null;

  #record: JobRecord;
  readonly #context: JobContext;

  private constructor(
    record: JobRecord,
    context: JobContext,
    acknowledged: { readonly lines: number; readonly offset: number },
  ) {
    this.#record = record;
    this.#context = context;
    this.#directory = directoryOf(context, record.id);
    this.#savedLines = acknowledged.lines;
    this.#shipper = new LogShipper(join(this.#directory, 'output.yaml'), acknowledged, (index, line) =>
      this.#ship(index, line),
    );
  }

  /** Accepts a START: when this resolves, the job is durable; `run` starts it. */
  static async prepare(message: StartMessage, cookie: string, context: JobContext): Promise<Job> {
    const { jobId } = message;
    const record = await prepareJob(directoryOf(context, jobId), message, cookie, context.isolationOf(jobId));
    return new Job(record, context, { lines: 0, offset: 0 });
  }

  /** Restores a job of an earlier process. */
  static async resume(record: JobRecord, context: JobContext): Promise<Job> {
    return new Job(record, context, await readAcknowledged(directoryOf(context, record.id)));
  }

  get id(): number {
    return this.#record.id;
  }

  get isEnded(): boolean {
    return this.#record.phase === 'ended';
  }

  /** Starts the executor if the job has not started yet. */
  async run(): Promise<void> {
    await this.#enqueue(() => this.#start());
  }

  /** Reports the job's state to the master, in response to START and STATUS. */
  async answer(): Promise<void> {
    await this.#enqueue(async () => {
      if (this.isEnded) {
        this.#lastEndMs = 0;
        await this.#sendEnd(Date.now());
      } else {
        this.#context.sendControl({ action: 'START_OK', jobId: this.id });
      }
    });
  }

  async cancel(): Promise<void> {
    await this.#enqueue(async () => {
      const { phase } = this.#record;
      if (phase === 'canceling') return;
      if (phase === 'ended') {
        await this.#sendEnd(Date.now());
        return;
      }
      await this.#update({ phase: 'canceling', cancelAtMs: Date.now() });
      this.#context.log.info({ job: this.id }, 'cancelling job');
    });
  }

  /** Lets the watchdog kill the job's processes now. The watchdog powers off the board, even if this process ends. */
  async kill(): Promise<void> {
    await this.#enqueue(async () => {
      if (this.#record.phase === 'canceling') await this.#update({ killAtMs: Date.now() });
    });
  }

  /** Called several times per second: checks the executor, sends its log, sends END. */
  poll(nowMs: number): void {
    if (this.#isPolling || this.#isRemoved) return;
    this.#isPolling = true;
    void this.#enqueue(async () => {
      this.#isPolling = false;
      const { phase } = this.#record;
      if (phase === 'prepared') await this.#start();
      if (phase === 'running' || phase === 'canceling') await this.#watch();
      if (this.isEnded) await this.#sendEnd(nowMs);
    });
    this.#shipper.rewindIfStale(nowMs, this.#context.repeatMs);
    this.#shipLog();
  }

  acknowledge(lines: number): void {
    this.#shipper.acknowledge(lines, Date.now());
    this.#shipLog();
    if (this.isEnded) this.poll(Date.now());
  }

  /** The log channel has reconnected: lines sent over the old connection may be lost. */
  resend(): void {
    this.#shipper.rewind();
    this.#shipLog();
  }

  /** Stores how far the log is acknowledged, if that has changed. */
  async save(): Promise<void> {
    const { acknowledged } = this.#shipper;
    if (this.#isRemoved || acknowledged.lines === this.#savedLines) return;
    this.#savedLines = acknowledged.lines;
    await this.#enqueue(() => writeAcknowledged(this.#directory, acknowledged));
  }

  /** The master has stored everything: deletes the job's files. */
  async remove(): Promise<void> {
    await this.#enqueue(async () => {
      if (!this.isEnded) return;
      this.#isRemoved = true;
      await this.#shipper.close();
      await rm(this.#directory, { recursive: true, force: true });
      this.#context.log.info({ job: this.id }, 'job ended');
    });
  }

  /** Stops following the job, which keeps running. */
  async leave(): Promise<void> {
    await this.save();
    await this.#tail;
    this.#isRemoved = true;
    await this.#shipper.close();
  }

  async #enqueue(task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail
      .then(async () => {
        if (!this.#isRemoved) await task();
      })
      .catch((error: unknown) => {
        // Whatever failed, the next poll tries again.
        this.#context.log.error({ job: this.id, error }, 'an operation on a job failed');
      });
    await this.#tail;
  }

  async #update(changes: Partial<JobRecord>): Promise<void> {
    const record = { ...this.#record, ...changes };
    await writeRecord(this.#directory, record);
    this.#record = record;
  }

  async #environment(): Promise<Record<string, string> | string> {
    const text = (await readIfThere(join(this.#directory, 'env.yaml'))) ?? '';
    const { path, env } = this.#context;
    const own =
      this.#record.isolation.user === null ? process.env : { ...process.env, ...homeOf(this.#directory) };
    const built = buildEnvironment(text, own, path, { ...env, [jobCookieName]: this.#record.cookie });
    return built.ok ? { ...built.variables } : built.reason;
  }

  /** Starts the job, or finishes it if it cannot be started. Both can fail, for example without file descriptors. */
  async #start(): Promise<void> {
    if (this.#record.phase !== 'prepared') return;
    const failure = this.#failure ?? (await this.#tryToStart());
    if (failure === null) return;
    this.#failure = failure;
    await this.#finish();
  }

  /** Starts the watchdog. @returns why it cannot be started */
  async #tryToStart(): Promise<Failure | null> {
    const environment = await this.#environment();
    if (typeof environment === 'string') return { message: environment, errorType: 'Configuration' };
    try {
      await this.#startWatchdog(environment, 'running');
      return null;
    } catch (error) {
      return { message: `cannot start the job: ${reasonOf(error)}`, errorType: 'Infrastructure' };
    }
  }

  async #startWatchdog(
    environment: Readonly<Record<string, string>>,
    phase: JobRecord['phase'],
  ): Promise<void> {
    const { executorCommand, termAgainAfterMs, killAfterMs, graceMs, powerOffMs } = this.#context;
    const command = watchdogCommand({
      directory: this.#directory,
      jobId: this.id,
      executorCommand,
      isolation: this.#record.isolation,
      termAgainAfterMs,
      killAfterMs,
      graceMs,
      powerOffMs,
    });
    this.#watchdogStarts += 1;
    this.#watchdogStartedMs = steadyMs();
    const held = await startHeld(command, this.#directory, environment);
    void held.ended.then(() => {
      this.poll(Date.now());
    });
    try {
      await this.#update({ phase, watchdog: held.identity });
    } catch (error) {
      sendSignal(held.identity.pid, 'SIGKILL');
      throw error;
    }
    held.release();
    this.#context.log.info({ job: this.id, pid: held.identity.pid }, 'job started');
  }

  /** Finishes the job when its watchdog has. A watchdog that was killed is started again. */
  async #watch(): Promise<void> {
    const { watchdog, phase } = this.#record;
    if (watchdog !== null && isAlive(watchdog)) return;
    if (watchdog === null || (await readJobFile(join(this.#directory, 'result.yaml'))) !== null) {
      await this.#finish();
      return;
    }
    const livedMs = steadyMs() - this.#watchdogStartedMs;
    if (livedMs >= longLifeMs) this.#watchdogStarts = 0;
    if (livedMs < restartDelayMs * 2 ** this.#watchdogStarts) return;
    const environment = await this.#environment();
    if (this.#watchdogStarts >= maxWatchdogStarts || typeof environment === 'string') {
      await appendFailedAction(this.#directory, 'power-off', 'the watchdog of the job cannot run');
      this.#failure = {
        message: 'The watchdog of the job cannot run. The board may still be on',
        errorType: 'Infrastructure',
      };
      await this.#finish();
      return;
    }
    this.#context.log.warn({ job: this.id }, 'the watchdog of a job ended; starting it again');
    await this.#startWatchdog(environment, phase);
  }

  /** Nothing watches the job any more: kills what is left of it, and completes its log and result. */
  async #finish(): Promise<void> {
    const left = await killJob(null, this.#record.cookie, this.#record.isolation);
    if (left > 0)
      this.#context.log.warn({ job: this.id, processes: left }, 'some processes of a job cannot be killed');
    const failure = this.#failure ?? notStarted(this.#record);
    if (await completeResult(this.#directory, failure, new Date())) {
      this.#context.log.warn({ job: this.id, reason: failure.message }, 'the job ended without a result');
    }
    await this.#update({ phase: 'ended' });
    this.#shipLog();
  }

  #shipLog(): void {
    if (this.#isRemoved || this.#context.acknowledgesLogs() === null) return;
    this.#shipper.pump().catch((error: unknown) => {
      this.#context.log.error({ job: this.id, error }, 'cannot read the log of a job');
    });
  }

  async #ship(index: number, line: string): Promise<boolean> {
    if (!(await this.#context.sendLine(this.id, index, line))) return false;
    // A stock master does not acknowledge lines: a sent line counts as stored.
    if (this.#context.acknowledgesLogs() === false) this.#shipper.acknowledge(index + 1, Date.now());
    return true;
  }

  /** Sends END once the master has the whole log, and repeats it after a delay. */
  async #sendEnd(nowMs: number): Promise<void> {
    if (nowMs - this.#lastEndMs < this.#context.repeatMs || !(await this.#shipper.isDone())) return;
    this.#lastEndMs = nowMs;
    const description = (await readJobFile(join(this.#directory, 'description.yaml'))) ?? '';
    const errors = await readTextEnd(join(this.#directory, 'stderr'), maxErrorsBytes);
    this.#context.sendControl({
      action: 'END',
      jobId: this.id,
      errors,
      description: packDescription(description),
    });
  }
}

/** The home directory of root is of no use to another user. */
function homeOf(directory: string): Readonly<Record<string, string | undefined>> {
  return { HOME: directory, USER: undefined, LOGNAME: undefined };
}

function notStarted({ phase }: JobRecord): Failure {
  return phase === 'canceling'
    ? { message: 'The job was cancelled before it started', errorType: 'Canceled' }
    : { message: 'The job ended on its worker without a result', errorType: 'Infrastructure' };
}

function directoryOf(context: JobContext, jobId: number): string {
  return join(context.jobsDirectory, String(jobId));
}
