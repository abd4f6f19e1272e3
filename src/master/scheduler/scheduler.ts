/**
 * The loop around the pure function `schedule`. It sleeps until an event of the master arrives or the next deadline is
 * reached (the clock is read again every half a minute, in case the machine slept); it does not poll.
 *
 *   idle --event or due time--> passing --done, no new event--> idle
 *                               passing --done, new events meanwhile--> passing
 *   any --stop--> stopped (after the current pass)
 *
 * A pass reads the state and writes the decisions in one transaction.
 */
import { createAlarm } from '../../clock/index.js';
import type { MasterContext } from '../context.js';
import type { MasterEvent } from '../events/index.js';
import { finishWithoutResult, resultGraceMs } from '../jobs/end.js';
import type { DeviceRenderer } from '../render/device-renderer.js';
import { jobsWithoutResult, setWaits, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { applyDecision, type DecisionContext } from './apply-decision.js';
import { CheckTimeouts } from './check-timeouts.js';
import { Definitions } from './definitions.js';
import { loadState } from './load-state.js';
import { schedule, type Waiting } from '../../scheduling/index.js';

export interface Scheduler {
  /** Requests a pass. */
  kick(): void;
  /** Resolves when no pass is running or due. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** The delay after a failed pass (such as a lost database). */
const retryMs = 5_000;
/** Limits the decisions of a pass to keep its transaction short: rendering takes a few milliseconds per device. */
const decisionsAtOnce = 50;

export function startScheduler(context: MasterContext, renderer: DeviceRenderer): Scheduler {
  let again = false;
  let stopped = false;
  let passing: Promise<void> | undefined;
  const { reader, log, extraContextVariables } = context;
  const definitions = new Definitions({
    ...{ reader, log, options: { extraContextVariables } },
    onRead: kick,
    onFailure: () => {
      sleepUntil(context.now().getTime() + retryMs);
    },
  });
  const timeouts = new CheckTimeouts();
  const alarm = createAlarm(context.now, kick);

  function sleepUntil(dueMs: number | null): void {
    alarm.set(dueMs === null ? null : new Date(dueMs).toISOString());
  }

  async function passes(): Promise<void> {
    while (again && !stopped) {
      again = false;
      try {
        const { nextDueMs, more } = await runPass(context, { renderer, definitions, timeouts });
        again ||= more;
        sleepUntil(nextDueMs);
      } catch (error) {
        context.log.error({ error: String(error) }, 'scheduling failed; trying again');
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
      definitions.stop();
      unsubscribe();
      alarm.stop();
      await passing;
    },
  };
}

interface PassResult {
  readonly nextDueMs: number | null;
  /** Whether there is more to do immediately. */
  readonly more: boolean;
}

async function runPass(
  context: MasterContext,
  parts: Pick<DecisionContext, 'renderer' | 'definitions' | 'timeouts'>,
): Promise<PassResult> {
  const now = context.now();
  return context.store.write(async (tx, tell) => {
    const events: MasterEvent[] = [];
    const graceDueMs = await endOverdue(tx, now, events);
    const { state, devices, queue } = await loadState(tx, now, parts.timeouts);
    const { decisions, waiting, nextDueMs } = schedule(state);
    const { learned } = parts.timeouts;
    for (const decision of decisions.slice(0, decisionsAtOnce)) {
      events.push(...(await applyDecision({ tx, now, devices, ...parts }, decision)));
    }
    await noteWaits(tx, queue, waiting);
    for (const event of events) {
      tell(event);
      context.log.info({ ...event }, 'scheduled');
    }
    const due = [graceDueMs, nextDueMs].filter((dueMs) => dueMs !== null);
    return {
      nextDueMs: due.length === 0 ? null : Math.min(...due),
      // Without any change, the same decisions would wait for the same definitions.
      more: parts.timeouts.learned > learned || (decisions.length > decisionsAtOnce && events.length > 0),
    };
  });
}

/** Stores what jobs wait for, where that has changed. */
async function noteWaits(tx: Tx, queue: readonly JobSummary[], waiting: readonly Waiting[]): Promise<void> {
  const waits = new Map(waiting.map((one) => [one.job, one.for.what]));
  const changed = queue.filter(({ id, waitsFor }) => (waits.get(id) ?? null) !== waitsFor);
  const jobs = new Map<string | null, number[]>();
  for (const { id } of changed) {
    const what = waits.get(id) ?? null;
    const ids = jobs.get(what);
    if (ids === undefined) jobs.set(what, [id]);
    else ids.push(id);
  }
  for (const [what, ids] of jobs) await setWaits(tx, ids, what);
}

/** Finishes jobs whose process has ended and whose result did not arrive in time. Returns the next such deadline. */
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
