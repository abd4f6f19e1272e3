/**
 * The loop around the pure `schedule`. It sleeps until something happened (an event of the master) or the next
 * moment that matters has come; there is no period.
 *
 *   idle --event or due time--> passing --done, nothing new--> idle
 *                               passing --done, something new meanwhile--> passing
 *   any --stop--> stopped (after the pass that is under way)
 *
 * A pass reads the state and writes its decisions in one transaction.
 */
import type { MasterContext } from '../context.js';
import type { MasterEvent } from '../events/index.js';
import { finishWithoutResult, resultGraceMs } from '../jobs/end.js';
import type { DeviceRenderer } from '../render/device-renderer.js';
import { jobsWithoutResult } from '../store/jobs.js';
import type { Tx } from '../store/open-store.js';
import { applyDecision } from './apply-decision.js';
import { loadState } from './load-state.js';
import { schedule } from '../../scheduling/index.js';

export interface Scheduler {
  /** Looks again soon, whatever happened. */
  kick(): void;
  /** Resolves when there is nothing left to decide now. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** After a pass that failed (the database went away), and at most between two due moments. */
const retryMs = 5_000;
/** A transaction of a pass stays short: rendering takes a few milliseconds for each device. */
const decisionsAtOnce = 50;
const longestSleepMs = 2 ** 31 - 1;

export function startScheduler(context: MasterContext, renderer: DeviceRenderer): Scheduler {
  let again = false;
  let stopped = false;
  let passing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function sleepUntil(dueMs: number | null): void {
    clearTimeout(timer);
    if (dueMs === null || stopped) return;
    const delayMs = Math.min(Math.max(dueMs - context.now().getTime(), 10), longestSleepMs);
    timer = setTimeout(kick, delayMs);
    timer.unref();
  }

  async function passes(): Promise<void> {
    while (again && !stopped) {
      again = false;
      try {
        const { nextDueMs, more } = await runPass(context, renderer);
        again ||= more;
        sleepUntil(nextDueMs);
      } catch (error) {
        context.log.error({ error: String(error) }, 'scheduling failed, will try again');
        sleepUntil(context.now().getTime() + retryMs);
      }
    }
  }

  function kick(): void {
    again = true;
    if (stopped || passing !== undefined) return;
    passing = passes().finally(() => {
      passing = undefined;
      if (again) kick();
    });
  }

  const unsubscribe = context.events.subscribe(kick);
  kick();
  return {
    kick,
    async settled() {
      while (passing !== undefined) await passing;
    },
    async stop() {
      stopped = true;
      unsubscribe();
      clearTimeout(timer);
      await passing;
    },
  };
}

interface PassResult {
  readonly nextDueMs: number | null;
  /** There is more to do at once. */
  readonly more: boolean;
}

async function runPass(context: MasterContext, renderer: DeviceRenderer): Promise<PassResult> {
  const now = context.now();
  return context.store.write(async (tx, tell) => {
    const events: MasterEvent[] = [];
    const graceDueMs = await endOverdue(tx, now, events);
    const { decisions, nextDueMs } = schedule(await loadState(tx, now));
    for (const decision of decisions.slice(0, decisionsAtOnce)) {
      events.push(...(await applyDecision({ tx, renderer, now }, decision)));
    }
    for (const event of events) {
      tell(event);
      context.log.info({ ...event }, 'scheduled');
    }
    const due = [graceDueMs, nextDueMs].filter((dueMs) => dueMs !== null);
    return {
      nextDueMs: due.length === 0 ? null : Math.min(...due),
      more: decisions.length > decisionsAtOnce,
    };
  });
}

/** Jobs whose process is over and whose result did not come in time. Gives the next such moment. */
async function endOverdue(tx: Tx, now: Date, events: MasterEvent[]): Promise<number | null> {
  const waiting = (await jobsWithoutResult(tx)).map((job) => ({
    ...job,
    dueMs: job.endedAt.getTime() + resultGraceMs,
  }));
  const overdue = waiting.filter((job) => job.dueMs <= now.getTime());
  await finishWithoutResult(
    tx,
    overdue.map((job) => job.id),
    now,
  );
  for (const { id, worker } of overdue) events.push({ kind: 'job', id, worker });
  const later = waiting.filter((job) => job.dueMs > now.getTime()).map((job) => job.dueMs);
  return later.length === 0 ? null : Math.min(...later);
}
