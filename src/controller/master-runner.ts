import { ExternalError, UsageError } from '../diagnostics/index.js';
import { describeSuspension, type DesiredMaster, type Lab, type Suspension } from '../model/index.js';
import { nextChange } from '../calendar/index.js';
import { createAlarm } from '../clock/index.js';
import { backOffMs, defaultBackOff } from './back-off.js';
import { createNewestFirst } from './newest-first.js';
import type { ControllerOptions, MasterResult, ReadLab } from './options.js';
import type { MasterStatus, StatusError } from './status.js';

export interface MasterWork {
  readonly desired: DesiredMaster;
  readonly lab: Lab;
  readonly revision: string;
  readonly templates: ReadLab['templates'];
  /** `schedule`: nothing has changed. */
  readonly reason: 'change' | 'schedule' | 'request';
}

/** What a run needs from the controller. */
export interface RunnerContext {
  readonly options: ControllerOptions;
  readonly setStatus: (changes: Partial<Omit<MasterStatus, 'since'>>) => void;
  readonly signal: AbortSignal;
}

export interface MasterRunner {
  submit(work: MasterWork): void;
  /** Runs the last work again. */
  repeat(): void;
  stop(): Promise<void>;
}

/**
 * Reconciles one master, one run at a time; masters do not wait for each other.
 * States: see `MasterState`. A run starts from any state and ends in `off`, `idle`, `waiting`, `failed`, `refused` or
 * `suspended`; only `waiting`, the end of a suspension, and the start and end of a maintenance window start the next run
 * automatically.
 */
export function createMasterRunner(name: string, context: RunnerContext): MasterRunner {
  const { options, setStatus, signal } = context;
  const now = options.now ?? (() => new Date());
  let failures = 0;
  let last: MasterWork | null = null;
  /** A revision that the master rejected permanently: scheduled runs do not send it again. */
  let refusedForGood: string | null = null;

  async function run(work: MasterWork): Promise<number | null> {
    if (work.reason === 'schedule' && work.revision === refusedForGood) return null;
    refusedForGood = null;
    const nextWindowAt = nextWindowOf(work.desired, now());
    setStatus({ state: 'reconciling', revision: work.revision, nextTryAt: null, nextWindowAt });
    windowChange.set(nextWindowAt);
    try {
      const target = await options.connect(work.desired.master);
      if (target === null) {
        setStatus({ state: 'off', url: null, error: null, problems: [] });
        return null;
      }
      setStatus({ url: target.url });
      const { desired, lab, revision, templates } = work;
      const { repository } = options.source;
      const result = await options.reconcile({
        ...{ target, desired, lab, repository, revision, signal },
        ...(templates === undefined ? {} : { templates }),
        onSuspension: noteSuspension,
        onSuspensionEnd: (ended) => {
          options.log.info({ master: name, was: describeSuspension(ended) }, 'suspension ended');
        },
        onAccepted: (remark) => {
          options.log.warn({ master: name, revision, remark }, 'revision accepted');
        },
        ...(work.reason === 'change'
          ? {
              onChangesDone: () => {
                setStatus({ lastApplied: appliedNow(revision) });
              },
            }
          : {}),
      });
      take(work, result);
      return null;
    } catch (error) {
      return fail(work, error);
    }
  }

  /** Whatever happens to this run, it is shown, and its end starts the next one. */
  function noteSuspension(suspension: Suspension | null): void {
    setStatus({ suspension });
    suspensionEnd.set(suspension?.until ?? null);
  }

  function appliedNow(revision: string): MasterStatus['lastApplied'] {
    return { revision, at: now().toISOString() };
  }

  function take(work: MasterWork, result: MasterResult): void {
    failures = 0;
    const { counts, drift, driftSince = {}, contested = [], waiting = [], problems, sight = null } = result;
    const applied = result.outcome === 'done' ? { lastApplied: appliedNow(work.revision) } : {};
    const state = result.outcome === 'done' ? 'idle' : result.outcome;
    const held = { contested, waiting, problems };
    setStatus({ state, counts, drift, driftSince, ...held, sight, error: null, ...applied });
    const fields = {
      master: name,
      revision: work.revision,
      outcome: result.outcome,
      counts,
      drift,
      problems,
      ...(contested.length === 0 ? {} : { contested }),
      ...(waiting.length === 0 ? {} : { waiting }),
    };
    if (result.outcome === 'suspended' && drift.length === 0) options.log.info(fields, 'master suspended');
    else if (result.outcome === 'suspended') options.log.warn(fields, 'suspended master has drifted');
    else if (result.outcome !== 'done') options.log.warn(fields, 'master not fully reconciled');
    else if (contested.length > 0) options.log.warn(fields, 'another tool reverts changes on the master');
    else if (drift.length > 0 && (result.isDriftAlarming ?? work.desired.master.mode !== 'observe'))
      options.log.warn(fields, 'master has drifted');
    else options.log.info(fields, 'master reconciled');
  }

  function fail(work: MasterWork, error: unknown): number | null {
    const fields = { master: name, revision: work.revision };
    const described = describeError(error);
    if (signal.aborted && described.retry !== 'bug') {
      setStatus({ state: 'waiting', error: described });
      return null;
    }
    if (described.retry === 'soon') {
      failures += 1;
      const delayMs = backOffMs(
        options.backOff ?? defaultBackOff,
        failures,
        (options.random ?? Math.random)(),
      );
      const nextTryAt = new Date(now().getTime() + delayMs).toISOString();
      setStatus({ state: 'waiting', error: described, nextTryAt });
      options.log.warn({ ...fields, failures, delayMs, why: described.message }, 'master not reached');
      return delayMs;
    }
    failures = 0;
    if (described.retry === 'never') refusedForGood = work.revision;
    setStatus({ state: 'failed', error: described });
    if (described.retry === 'bug') options.log.error({ ...fields, err: error }, 'internal error');
    else options.log.error({ ...fields, why: described.message }, 'master not reconciled');
    return null;
  }

  const queue = createNewestFirst(run);
  function repeat(): void {
    if (last !== null) queue.submit({ ...last, reason: 'request' });
  }
  const suspensionEnd = createAlarm(now, repeat);
  const windowChange = createAlarm(now, repeat);
  return {
    submit(work) {
      last = work;
      queue.submit(work);
    },
    repeat,
    stop() {
      suspensionEnd.stop();
      windowChange.stop();
      return queue.stop();
    },
  };
}

/** ISO 8601; null: no window holds anything back. */
function nextWindowOf({ windows }: DesiredMaster, now: Date): string | null {
  // Most devices share one list.
  const lists = new Set(windows?.values());
  const times = [...lists].flatMap((list) => nextChange(list, now.getTime()) ?? []);
  return times.length === 0
    ? null
    : new Date(times.reduce((one, other) => Math.min(one, other))).toISOString();
}

/** An error for the status: a message without secrets, and when the run is repeated. */
export function describeError(error: unknown): StatusError {
  if (error instanceof ExternalError) {
    const { message, retry, about } = error;
    return { message, retry, ...(about === undefined ? {} : { about }) };
  }
  if (error instanceof UsageError) {
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    return { message: `${error.message}${hint}`, retry: 'after-change' };
  }
  return { message: 'internal error; see the log of the controller', retry: 'bug' };
}
