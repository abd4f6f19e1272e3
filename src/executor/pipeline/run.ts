import { adviceFor, JobFailure, mayRetry, toFailure } from '../failure.js';
import type { LogMapping } from '../log/flow-line.js';
import { formatDuration } from '../log/timestamp.js';
import type { ActionRun, PlannedAction } from './action.js';
import { namespaceData, type JobContext } from './context.js';
import type { Scope } from './scope.js';

/**
 * Runs actions in order.
 * @throws JobFailure (and nothing else) when an action fails; the rest does not run
 */
export async function runActions(
  actions: readonly PlannedAction[],
  job: JobContext,
  scope: Scope,
  isTop: boolean,
): Promise<void> {
  for (const planned of actions) await runAction(planned, job, scope, isTop);
}

/** Cleans up in the order of the actions. Logs a clean-up that fails, and continues with the others. */
export async function cleanUpActions(
  actions: readonly PlannedAction[],
  job: JobContext,
  scope: Scope,
): Promise<boolean> {
  let isClean = true;
  for (const planned of actions) {
    const run = { planned, job, data: namespaceData(job, planned.namespace), scope };
    try {
      await planned.action.cleanup?.(run);
    } catch (error) {
      job.log.error(`cannot clean up after ${planned.action.name}: ${toFailure(error).message}`);
      isClean = false;
    }
    if (!(await cleanUpActions(planned.steps, job, scope))) isClean = false;
  }
  return isClean;
}

async function runAction(
  planned: PlannedAction,
  job: JobContext,
  outer: Scope,
  isTop: boolean,
): Promise<void> {
  const { action, level, namespace } = planned;
  const { log } = job;
  const facts: Record<string, LogMapping[string]> = {};
  const title = `${level} ${action.name}`;
  const tell = (message: string) => {
    log.append(isTop ? 'info' : 'debug', `${message} [${namespace}]`);
  };
  const startMs = performance.now();
  const limit = {
    name: action.name,
    durationMs: planned.timeoutMs,
    errorType: action.timeoutType ?? 'Job',
  } as const;
  let failure: JobFailure | undefined;
  try {
    await outer.within(limit, async (scope) => {
      tell(`start: ${title} (timeout ${formatDuration(scope.remainingMs())})`);
      await runBody({
        planned,
        job,
        scope,
        data: namespaceData(job, namespace),
        report: (more) => Object.assign(facts, more),
      });
    });
  } catch (error) {
    failure = toFailure(error);
    log.exception(describeFailure(failure));
    facts['fail'] = failure.message;
  }
  tell(`end: ${title} (duration ${formatDuration(performance.now() - startMs)})`);
  if (Object.keys(facts).length > 0) {
    log.ownResult({
      namespace,
      case: action.name,
      level,
      duration: ((performance.now() - startMs) / 1000).toFixed(2),
      result: failure === undefined ? 'pass' : 'fail',
      extra: facts,
    });
  }
  if (failure === undefined) return;
  if (failure.errorType !== 'LAVATimeout') throw failure;
  if (!planned.canSkip) throw new JobFailure('Test', failure.message);
  if (!isTop) throw failure;
  log.warning(`${action.name} timed out; its timeout has 'skip', so the job continues`);
}

async function runBody(run: ActionRun): Promise<void> {
  const { planned } = run;
  await planned.action.before?.(run);
  if (planned.action.retries === undefined) await runActions(planned.steps, run.job, run.scope, false);
  else await runWithRetries(run);
  await planned.action.run?.(run);
}

/** Runs the steps until they pass. With `repeat`, runs them that many times, and fails if any run fails. */
async function runWithRetries({ planned, job, scope }: ActionRun): Promise<void> {
  const { action, maxTries } = planned;
  let lastFailure: JobFailure | undefined;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    try {
      await runActions(planned.steps, job, scope, false);
      if (!planned.isRepeated) return;
    } catch (error) {
      const failure = toFailure(error);
      if (!mayRetry(failure)) throw failure;
      lastFailure = failure;
      job.log.error(`${action.name} failed: ${attempt} of ${maxTries} attempts. '${failure.message}'`);
      await cleanUpActions(planned.steps, job, scope);
      if (attempt === maxTries) throw failure;
      scope.throwIfAborted();
      await scope.sleep(planned.retryIntervalMs);
      job.log.warning(`trying ${planned.level} ${action.name} again`);
    }
  }
  if (lastFailure === undefined) return;
  const message = `one or more of ${maxTries} repeats of ${action.name} failed`;
  throw new JobFailure(lastFailure.errorType, message);
}

function describeFailure(failure: JobFailure): string {
  if (failure.errorType !== 'Bug') return failure.message;
  const cause = failure.cause instanceof Error ? (failure.cause.stack ?? '') : '';
  return `${adviceFor('Bug')} ${failure.message}\n${cause}`;
}
