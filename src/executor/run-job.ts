import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull } from '../host/index.js';
import { formatProblem, readOverrides, readWorkerSettings, type WorkerSettings } from '../job/index.js';
import { readVersion } from '../package/index.js';
import { asMapping, formatYamlProblem, parseYaml } from '../pyyaml/index.js';
import { watchDisk } from './deploy/disk-watch.js';
import { adviceFor, diskFull, JobFailure, toFailure } from './failure.js';
import {
  announceStage,
  deviceOf,
  openOutput,
  readJobFiles,
  releaseReserve,
  writeResult,
  writeWhole,
} from './job-directory.js';
import type { LogMapping } from './log/flow-line.js';
import { JobLog } from './log/job-log.js';
import { LogLimit } from './log/log-limit.js';
import { endLeftovers } from './leftovers.js';
import type { PlannedAction } from './pipeline/action.js';
import type { JobContext } from './pipeline/context.js';
import { describeJob } from './pipeline/describe.js';
import { cleanUpActions, runActions } from './pipeline/run.js';
import { Scope } from './pipeline/scope.js';
import { checkJob, planActions } from './plan-job.js';
import { readRunnableJob } from './supported/read-runnable-job.js';
import { UndoList } from './undo-list.js';

/** LAVA allows five minutes for the end of a job, whatever the job specifies. */
export const cleanUpMs = 5 * 60_000;
/** For closing consoles and ending processes after that. */
const closingMs = 60_000;
/** The timeout of a job whose own timeouts cannot be read. */
const fallbackJobMs = 60_000;

export interface JobOptions {
  readonly directory: string;
  readonly jobId: string;
  /** Abort this to cancel the job: the rest is skipped, and the board is powered off. */
  readonly cancel: AbortSignal;
  /** Abort this if cancellation takes too long. */
  readonly hardCancel: AbortSignal;
}

/**
 * Runs the job in a directory. States: validating -> running its blocks -> finalizing -> finished.
 * The last line of the log is the result `lava/job`; after that, it writes result.yaml. If it is interrupted before the
 * board is off, it writes no result: the watchdog powers off the board and writes one (dispatcher/watchdog).
 * @returns true for a complete job
 */
export async function runJob(options: JobOptions): Promise<boolean> {
  const { directory } = options;
  // What the job uses of the worker is checked while it runs, and ends it like a cancellation.
  const stop = new AbortController();
  const output = openOutput(directory, () => {
    stop.abort(diskFull('its log could not be written'));
  });
  const cancel = AbortSignal.any([options.cancel, stop.signal]);
  const log = new JobLog((line) => {
    output.write(line);
  });
  let failure: JobFailure | undefined;
  try {
    await runStages({ ...options, cancel }, log, (limit) => {
      stop.abort(limit);
    });
  } catch (error) {
    if (error instanceof Interrupted) {
      log.error(error.message);
      output.close();
      return false;
    }
    failure = toFailure(error);
    if (!(error instanceof JobFailure)) {
      log.exception(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
  if (output.lost > 0) {
    releaseReserve(directory);
    const message = `disk full on the worker: ${output.lost} lines are missing in the log`;
    log.error(message);
    // Whatever else the job reports is incomplete.
    if (failure?.message.startsWith('disk full') !== true) {
      failure = new JobFailure(
        'Infrastructure',
        failure === undefined ? message : `${failure.message} (${message})`,
      );
    }
  }
  const result: LogMapping & { definition: string; case: string; result: string } = {
    definition: 'lava',
    case: 'job',
    result: failure === undefined ? 'pass' : 'fail',
    ...(failure === undefined ? {} : { error_msg: failure.message, error_type: failure.errorType }),
  };
  if (failure === undefined) log.info('Job finished correctly');
  else {
    if (!(failure.errorType === 'Bug')) for (const line of failure.message.split('\n')) log.error(line);
    log.error(adviceFor(failure.errorType));
  }
  const lostBefore = output.lost;
  log.ownResult(result);
  output.close();
  // Without its last line, the log has no result, and neither has the job.
  if (output.lost > lostBefore) return false;
  try {
    writeResult(directory, result);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    releaseReserve(directory);
    writeResult(directory, result);
  }
  return failure === undefined;
}

/** The clean-up was canceled, so the board may still be on, or commands may not be undone. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

async function runStages(
  options: JobOptions,
  log: JobLog,
  onLimit: (failure: JobFailure) => void,
): Promise<void> {
  const { directory, cancel, hardCancel } = options;
  const prepared = await validate(options, log);
  const { job, blocks, finalize } = prepared;
  // If this fails, nothing has been done to the board yet.
  announceStage(directory, 'running', job.definition.timeouts.jobMs);
  const { limits } = job.settings;
  log.limitTo(
    new LogLimit(limits, (message) => {
      onLimit(new JobFailure('Job', message, { isFinal: true }));
    }),
  );
  const endWatch = watchDisk(job.workDirectory, limits, onLimit);
  let failure: unknown;
  const cleanUp = { isInterrupted: false };
  try {
    await Scope.run(
      { name: 'job', durationMs: job.definition.timeouts.jobMs, errorType: 'Job' },
      cancel,
      (scope) => runActions(blocks, job, scope, true),
    );
  } catch (error) {
    failure = error;
  }
  try {
    announceStage(directory, 'finalizing', cleanUpMs + closingMs);
  } catch (error) {
    log.error(`cannot announce the end of the job: ${toFailure(error).message}`);
  }
  try {
    await Scope.run(
      { name: 'cleanup', durationMs: cleanUpMs, errorType: 'Infrastructure' },
      hardCancel,
      async (scope) => {
        try {
          await runActions([finalize], job, scope, true);
        } catch (error) {
          // As in LAVA, this does not change the job's result: a failed power-off has its own result.
          log.error(`cannot finish properly: ${toFailure(error).message}`);
          cleanUp.isInterrupted = hardCancel.aborted;
        }
        if (!(await cleanUpActions(blocks, job, scope))) {
          failure ??= new JobFailure('Infrastructure', 'cannot clean up after the job');
          cleanUp.isInterrupted ||= hardCancel.aborted;
        }
      },
    );
  } catch (error) {
    if (!cleanUp.isInterrupted) throw error;
  } finally {
    endWatch();
    for (const data of job.namespaces.values()) await data.session?.close();
    await endLeftovers(log);
    await rm(workDirectoryOf(directory), { recursive: true, force: true });
  }
  if (cleanUp.isInterrupted) throw new Interrupted('the clean-up was canceled');
  if (failure !== undefined) throw toFailure(failure);
}

interface Prepared {
  readonly job: JobContext;
  readonly blocks: readonly PlannedAction[];
  readonly finalize: PlannedAction;
}

/**
 * Validates the job and reports `lava/validate`.
 * @throws JobFailure (Job) with all problems
 */
async function validate(options: JobOptions, log: JobLog): Promise<Prepared> {
  const startMs = performance.now();
  let isValid = false;
  announceStage(options.directory, 'validating', fallbackJobMs);
  log.info(`lavaflow executor, version ${readVersion()}`);
  log.info('start: 0 validate');
  try {
    const prepared = await prepare(options, log);
    isValid = true;
    return prepared;
  } finally {
    log.info(`validate duration: ${((performance.now() - startMs) / 1000).toFixed(2)}`);
    log.ownResult({ case: 'validate', result: isValid ? 'pass' : 'fail' });
  }
}

async function prepare({ directory, jobId, cancel }: JobOptions, log: JobLog): Promise<Prepared> {
  const files = await readJobFiles(directory);
  const read = readRunnableJob(files.job);
  if (!read.ok) {
    writeWhole(directory, 'description.yaml', describeJob([]));
    throw invalid(read.problems.map(formatProblem));
  }
  const { definition } = read;
  const device = deviceOf(files);
  const settings = readSettings(files.dispatcher);
  const workDirectory = workDirectoryOf(directory);
  const planned = planActions(definition, device, settings, workDirectory);
  writeWhole(directory, 'description.yaml', describeJob(planned));
  const finalize = planned.at(-1);
  if (finalize === undefined) throw new Error('a plan always has a finalize block');
  const durationMs = Math.max(fallbackJobMs, definition.timeouts.jobMs);
  announceStage(directory, 'validating', durationMs);
  const limit = { name: 'validate', durationMs, errorType: 'Job' } as const;
  const problems = await Scope.run(limit, cancel, (scope) =>
    checkJob(definition, device, settings, scope.signal),
  );
  if (problems.length > 0) throw invalid(problems);
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  const job: JobContext = {
    id: jobId,
    definition,
    device,
    settings,
    dispatcher: readMapping(files.dispatcher, 'dispatcher.yaml'),
    boardEnvironment: boardEnvironment(files.boardEnvironment),
    log,
    undoList: UndoList.empty(directory),
    workDirectory,
    namespaces: new Map(),
  };
  return { job, blocks: planned.slice(0, -1), finalize };
}

/** @throws JobFailure (Configuration) when dispatcher.yaml cannot be read */
function readSettings(text: string): WorkerSettings {
  const read = readWorkerSettings(text);
  if (!read.ok) throw new JobFailure('Configuration', `dispatcher.yaml: ${read.problem}`);
  return read.settings;
}

/**
 * Reads a YAML mapping. An empty file is an empty mapping.
 * @throws JobFailure (Configuration) when the file is not a mapping
 */
function readMapping(text: string, name: string): Readonly<Record<string, unknown>> {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const problem = formatYamlProblem(parsed.problem);
    throw new JobFailure('Configuration', `${name} is not readable YAML: ${problem}`);
  }
  const mapping = asMapping(parsed.value ?? {});
  if (mapping === undefined) throw new JobFailure('Configuration', `${name} is not a mapping`);
  return mapping;
}

function invalid(problems: readonly string[]): JobFailure {
  return new JobFailure('Job', ['Invalid job data:', ...problems].join('\n'));
}

/**
 * Reads only `overrides`: the worker's own variables do not apply to the board.
 * @throws JobFailure (Configuration) when the file cannot be read
 */
function boardEnvironment(source: string): Readonly<Record<string, string>> {
  const read = readOverrides(source);
  if (!read.ok) throw new JobFailure('Configuration', `env-dut.yaml: ${read.problem}`);
  const usable = Object.entries(read.overrides).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return Object.fromEntries(usable);
}

function workDirectoryOf(directory: string): string {
  return join(directory, 'work');
}
