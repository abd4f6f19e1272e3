/** Wires the controller: watches the lab, reads it when something changed, and hands each master to its own queue. */
import { createLabReader } from './lab-reader.js';
import { createMasterRunner, type MasterRunner, type MasterWork } from './master-runner.js';
import type { ControllerOptions, ReadLab } from './options.js';
import { defaultSchedule, startSchedule } from './schedule.js';
import { StatusBoard } from './status-board.js';
import { openStatusFile } from './status-file.js';
import type { ControllerStatus } from './status.js';

/**
 * The long-running process: starting -> running -> stopping -> stopped.
 *
 * Running, there are two kinds of queues, each doing one thing at a time and keeping only the newest of what waits:
 * - one that reads the lab. A commit, a change of the local layer, the schedule and `reconcile()` put work into it;
 * - one for each master, fed by the first. A master that is down backs off alone (`MasterState`).
 * Nothing is kept in memory that a restart would miss: what was applied is in the records and on the masters, so a
 * controller that is killed begins again with the head of its branch.
 */
export interface Controller {
  status(): ControllerStatus;
  /** Runs once more: the named master (it came back, its credentials changed), or the whole lab. */
  reconcile(master?: string): void;
  /**
   * Ends within five seconds (`stopWithinMs`): what is being written to a master is finished and recorded, nothing new is begun.
   * A run that takes longer is left behind and reported in the log.
   */
  stop(): Promise<void>;
}

const defaultStopWithinMs = 5000;

/**
 * Starts it, and returns as soon as the lab is watched; what becomes of the first reading is in the status.
 * @throws UsageError when the schedule is no cron expression; ExternalError when the source cannot be watched
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const stopping = new AbortController();
  const stopWithinMs = options.stopWithinMs ?? defaultStopWithinMs;
  const file =
    options.statusFile === undefined
      ? null
      : openStatusFile(options.statusFile, (error) => {
          options.log.warn({ err: error, file: options.statusFile }, 'status file not written');
        });
  const board = new StatusBoard(options.source.repository, options.now ?? (() => new Date()), (status) => {
    file?.write(status);
    options.onStatus?.(status);
  });
  const runners = new Map<string, MasterRunner>();
  const reader = createLabReader(options, board, distribute);

  function distribute(read: ReadLab, reason: MasterWork['reason']): void {
    const { lab, revision, templates } = read;
    if (lab === null || stopping.signal.aborted) return;
    for (const [name, runner] of runners) {
      if (!lab.desired.has(name)) void forget(name, runner);
    }
    for (const [name, desired] of lab.desired) {
      runnerOf(name).submit({ desired, lab, revision, templates, reason });
    }
  }

  function runnerOf(name: string): MasterRunner {
    const known = runners.get(name);
    if (known !== undefined) return known;
    const runner = createMasterRunner(name, {
      options,
      signal: stopping.signal,
      setStatus: (changes) => {
        // A run that ends after its master left the lab has nothing to tell any more.
        if (runners.get(name) === runner) board.setMaster(name, changes);
      },
    });
    runners.set(name, runner);
    return runner;
  }

  /** The master left the lab: nothing on it is touched. */
  async function forget(name: string, runner: MasterRunner): Promise<void> {
    runners.delete(name);
    board.removeMaster(name);
    options.log.info({ master: name }, 'master left the lab');
    await runner.stop();
  }

  const endings: (() => Promise<void> | void)[] = [];
  try {
    endings.push(
      await startSchedule(options.schedule ?? defaultSchedule, () => {
        reader.submit({ revision: null, reason: 'schedule' });
      }),
    );
    // Watched first, then read: a commit in between is seen.
    endings.push(
      await options.source.watch(
        (revision) => {
          options.log.info({ revision }, 'new revision');
          reader.submit({ revision, reason: 'change' });
        },
        (error) => {
          options.log.warn({ why: String(error) }, 'lab not watched');
          reader.submit({ revision: null, reason: 'change' });
        },
      ),
    );
    const endLayer = options.onLayerChange?.(() => {
      reader.submit({ revision: null, reason: 'change' });
    });
    if (endLayer !== undefined) endings.push(endLayer);
  } catch (error) {
    for (const end of endings.reverse()) await end();
    throw error;
  }
  reader.submit({ revision: null, reason: 'change' });

  async function stopEverything(): Promise<void> {
    for (const end of endings.reverse()) await end();
    await reader.stop();
    await Promise.all([...runners.values()].map((runner) => runner.stop()));
    await file?.close();
  }

  let stopped: Promise<void> | null = null;
  return {
    status: () => board.current(),
    reconcile(master) {
      if (master === undefined) reader.submit({ revision: null, reason: 'request' });
      else runners.get(master)?.repeat();
    },
    stop() {
      stopping.abort();
      stopped ??= within(stopWithinMs, stopEverything(), () => {
        options.log.error({ withinMs: stopWithinMs }, 'controller stopped with a run under way');
      });
      return stopped;
    },
  };
}

async function within(limitMs: number, task: Promise<void>, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve();
    }, limitMs);
  });
  await Promise.race([task, late]);
  clearTimeout(timer);
}
