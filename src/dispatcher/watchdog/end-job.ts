import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull, type ProcessIdentity } from '../../host/index.js';
import { reserveFile, type Stage } from '../../job/index.js';
import { appendFailedAction, completeResult, findResult, type Failure } from '../job-result.js';
import { killJob } from '../kill-job.js';
import { powerOffBoard } from './power-off.js';
import type { JobProcesses, WatchdogSettings } from './settings.js';

interface EndedExecutor {
  /** Null if it was never started. */
  readonly executor: ProcessIdentity | null;
  /** The last stage that it announced. */
  readonly stage: Stage | null;
  /** Why the job has failed, if the executor has left no result. */
  readonly failure: Failure;
}

const retryMs = 1000;
/** A disk with less space is full. */
const leastBytes = 64 * 1024;

/**
 * Ends a job whose executor has ended or must end: kills what is left of it. If it has left no result, powers off the
 * board and writes the result. Repeatable: after a crash, the next watchdog does the same.
 */
export async function endJob(
  settings: WatchdogSettings,
  processes: JobProcesses,
  { executor, stage, failure }: EndedExecutor,
): Promise<void> {
  const { directory } = settings;
  await killJob(executor, processes.cookie, settings.isolation);
  if ((await untilSpace(() => findResult(directory))) !== null) {
    // The executor has powered off the board. Since its result is in the log, another job may be using the board.
    await untilSpace(() => completeResult(directory, failure, new Date()));
    return;
  }
  const full = (await isFull(directory)) ? '. Disk full on the worker' : '';
  await rm(join(directory, reserveFile), { force: true });
  let outcome = '';
  let isOn = false;
  if (stage !== null && stage.name !== 'validating') {
    const power = await powerOffBoard(settings, processes.environment, processes.cookie);
    isOn = power.kind !== 'off' && power.kind !== 'none';
    if ('reason' in power) {
      await untilSpace(() => appendFailedAction(directory, 'power-off', power.reason));
    }
    if (power.kind !== 'none') {
      outcome = isOn ? '. The board could not be powered off' : '. The board was powered off';
    }
  }
  const complete: Failure = {
    ...failure,
    message: `${failure.message}${full}${outcome}`,
    errorType: isOn ? 'Infrastructure' : failure.errorType,
  };
  await untilSpace(() => completeResult(directory, complete, new Date()));
}

/** Repeats a write until the disk has space for it. */
async function untilSpace<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await sleep(retryMs);
    }
  }
}

async function isFull(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize < leastBytes;
}
