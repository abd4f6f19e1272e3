/**
 * Watches one job, in a process of its own: nothing that blocks the executor or the dispatcher blocks it.
 *
 *   starting -> watching     the executor runs; its identity was stored before it did anything
 *   watching -> ending       the executor has ended, or was killed: it exceeded its own limit, or ignored a cancellation
 *   ending   -> ended        everything that the job started is killed; if the executor has left no result, the board is
 *                            powered off; then the result is written, and this process exits
 *   any      -> abandoned    the directory of the job is gone: the job is killed, and nothing else happens, because
 *                            another job may be using the board by now
 *
 * It can be killed at any point. The dispatcher then starts it again, and it continues with `watching` or `ending`. The
 * result is written last: until then, the master reserves the board for this job.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../../diagnostics/index.js';
import { bootId, isAlive, isDiskFull, readIfThere, sendSignal, steadyMs } from '../../host/index.js';
import { parseStage, stageFile, type Stage } from '../../job/index.js';
import { startHeld } from '../executor-process.js';
import { readRecord } from '../job-record.js';
import type { Failure } from '../job-result.js';
import { killJob } from '../kill-job.js';
import { endJob } from './end-job.js';
import { readExecutor, writeExecutor, type ExecutorRecord } from './executor-record.js';
import { judgeExecutor } from './judge-executor.js';
import type { JobProcesses, WatchdogSettings } from './settings.js';

const pollMs = 200;
const exitMs = 1000;

/** Runs a job's executor, or follows the one that an earlier watchdog started, until the job has a result. */
export async function watchJob(settings: WatchdogSettings, processes: JobProcesses): Promise<void> {
  const { directory } = settings;
  const started = (await readExecutor(directory)) ?? (await startExecutor(settings, processes));
  const failure = 'message' in started ? started : await new Watch(settings, started).untilEnded();
  if (failure === 'abandoned') {
    const leader = 'process' in started ? started.process : null;
    await killJob(leader, processes.cookie, settings.isolation);
    return;
  }
  await endJob(settings, processes, {
    executor: 'process' in started ? started.process : null,
    stage: await readStage(directory),
    failure,
  });
}

interface StartedExecutor extends ExecutorRecord {
  /** Resolves with the exit code or signal. Missing if an earlier watchdog started it. */
  readonly exit?: Promise<string>;
}

async function startExecutor(
  { executorCommand, directory, jobId, isolation }: WatchdogSettings,
  { environment }: JobProcesses,
): Promise<StartedExecutor | Failure> {
  try {
    const command = [...executorCommand, '--dir', directory, '--job-id', String(jobId)];
    const held = await startHeld(command, directory, environment, isolation);
    const record = { process: held.identity, startedMs: steadyMs() };
    try {
      await writeExecutor(directory, record);
    } catch (error) {
      sendSignal(held.identity.pid, 'SIGKILL');
      throw error;
    }
    held.release();
    return { ...record, exit: held.ended };
  } catch (error) {
    const why = isDiskFull(error) ? 'disk full on the worker' : reasonOf(error);
    return { message: `cannot start the job's executor: ${why}`, errorType: 'Infrastructure' };
  }
}

class Watch {
  readonly #settings: WatchdogSettings;
  readonly #executor: StartedExecutor;
  #how: string | null = null;
  #canceledMs: number | null = null;
  #termsSent = 0;

  constructor(settings: WatchdogSettings, executor: StartedExecutor) {
    this.#settings = settings;
    this.#executor = executor;
  }

  /** @returns why the job has failed, if its executor has left no result */
  async untilEnded(): Promise<Failure | 'abandoned'> {
    const { directory } = this.#settings;
    const exited = this.#executor.exit?.then((how) => {
      this.#how = how;
    });
    for (;;) {
      const record = await readRecord(directory);
      if (record === null) return 'abandoned';
      if (record.cancelAtMs !== null) this.#canceledMs ??= steadyMs();
      if (this.#how !== null || !isAlive(this.#executor.process)) {
        // The process is gone before its exit code arrives.
        if (exited !== undefined) await Promise.race([exited, sleep(exitMs)]);
        return this.#endedWithout();
      }
      const watched = {
        stage: await readStage(directory),
        startedMs: this.#executor.startedMs,
        canceledMs: this.#canceledMs,
        isKillRequested: record.killAtMs !== null,
      };
      const verdict = judgeExecutor(watched, this.#settings, steadyMs());
      if (verdict.kind === 'kill') return verdict;
      if (verdict.kind === 'terminate') this.#terminate(verdict.times);
      await Promise.race([sleep(pollMs), ...(exited === undefined ? [] : [exited])]);
    }
  }

  #terminate(times: number): void {
    if (this.#termsSent >= times) return;
    this.#termsSent = times;
    sendSignal(this.#executor.process.pid, 'SIGTERM');
  }

  #endedWithout(): Failure {
    if (this.#executor.process.bootId !== bootId()) {
      return { message: 'The worker was restarted while the job was running', errorType: 'Infrastructure' };
    }
    const how = this.#how === null ? '' : ` (${this.#how})`;
    return this.#canceledMs !== null
      ? {
          message: `The job was cancelled, and its executor ended without a result${how}`,
          errorType: 'Canceled',
        }
      : { message: `The job's executor ended without a result${how}`, errorType: 'Infrastructure' };
  }
}

/** @returns null if the executor has not announced a stage */
async function readStage(directory: string): Promise<Stage | null> {
  return parseStage((await readIfThere(join(directory, stageFile))) ?? '');
}
