/**
 * The long-running process that keeps the masters in the state that the watched branch of the lab describes.
 *
 *   starting   the status is published; schedule, branch and local layer are watched. A failure here ends it.
 *   running    two kinds of queues, each with one run at a time and only the newest waiting work:
 *              - one reads the lab (lab-reader.ts). A commit, a change of the local layer, the schedule and
 *                `reconcile()` put work into it (triggers.ts);
 *              - one for each master (master-runner.ts), filled by the first. Each master has its own back-off.
 *   stopping   nothing new is started; running writes to a master are finished and recorded.
 *   stopped    all runs have ended and the status is on disk, or the time limit has passed.
 *
 *   starting -> running:   `startController` returns
 *   running -> stopping:   `stop()`
 *   stopping -> stopped:   everything has ended, or `stopWithinMs` later
 *
 * A restart loses nothing: what was applied is in the records and on the masters. After a kill, the controller starts
 * again with the head of its branch.
 */
import { createLabReader } from './lab-reader.js';
import { MasterRunners } from './master-runners.js';
import type { ControllerOptions } from './options.js';
import { StatusBoard } from './status-board.js';
import type { ControllerStatus } from './status.js';
import { startTriggers } from './triggers.js';
import { within } from './within.js';

export interface Controller {
  status(): ControllerStatus;
  /** Reads the lab again: there may be a new commit. */
  wake(): void;
  /** Runs again: for the named master (it is back, its credentials changed), or for the whole lab. */
  reconcile(master?: string): void;
  /**
   * Ends within five seconds (`stopWithinMs`). A run that takes longer is abandoned and reported in the log.
   */
  stop(): Promise<void>;
}

const defaultStopWithinMs = 5000;

/**
 * Returns as soon as the lab is watched; the status shows the result of the first reading.
 * @throws UsageError when the schedule is not a cron expression
 * @throws ExternalError when the source cannot be watched
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const { source, statusFile, log, stopWithinMs = defaultStopWithinMs } = options;
  const stopping = new AbortController();
  const board = new StatusBoard(source.repository, options.now ?? (() => new Date()), (status) => {
    statusFile?.write(status);
    options.onStatus?.(status);
  });
  const runners = new MasterRunners(options, board, stopping.signal);
  const reader = createLabReader(options, board, (read, reason) => {
    runners.distribute(read, reason);
  });
  // Watch first, then read, so that a commit in between is not missed.
  const endTriggers = await startTriggers(
    options,
    (request) => {
      reader.submit(request);
    },
    (next) => {
      board.setSchedule(next);
    },
  );
  reader.submit({ revision: null, reason: 'change' });

  async function end(): Promise<void> {
    await endTriggers();
    await reader.stop();
    await runners.stop();
    await statusFile?.close();
  }

  let stopped: Promise<void> | null = null;
  return {
    status: () => board.current(),
    wake() {
      reader.submit({ revision: null, reason: 'change' });
    },
    reconcile(master) {
      if (master === undefined) reader.submit({ revision: null, reason: 'request' });
      else runners.repeat(master);
    },
    stop() {
      stopping.abort();
      stopped ??= within(stopWithinMs, end(), () => {
        log.error({ withinMs: stopWithinMs }, 'controller stopped during a run');
      });
      return stopped;
    },
  };
}
