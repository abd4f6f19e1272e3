import { asMapping } from '../../pyyaml/index.js';
import { blameFor } from '../../job/index.js';
import type { LogLine } from './log.js';
import type { JobSummary, StoredResult } from './values.js';

/** Why a job did not complete, for its submitter. */
export interface JobFailure {
  /** LAVA's error type: `Job`, `Infrastructure`, ...; null if the master recorded none. */
  readonly errorType: string | null;
  /** What caused the failure: `the job definition`; null if that is unknown. */
  readonly culprit: string | null;
  /** The innermost action that failed, with its level: `login-action (2.4.1)`. */
  readonly action: string | null;
  readonly message: string;
  /** Everything that is wrong with the job definition, one per entry. Empty if the job was valid. */
  readonly problems: readonly string[];
  /** What the action waited for when it timed out, such as a prompt. */
  readonly waitingFor: string | null;
  /** What the console printed last during the action. */
  readonly console: readonly string[];
  /** What to try, as sentences. */
  readonly hint: string | null;
}

const maxConsoleLines = 10;
const maxLength = 500;

/**
 * Explains why a job failed. LAVA spreads the reason over the result `lava/job`, the results of its actions and the log.
 * Stock LAVA's texts are those of 2020.05 to 2026.10 (`lava_common/timeout.py`, `lava_dispatcher/action.py`).
 * @param recorded the error in the job itself; only an embedded master records it there
 * @param tail the last lines of the log
 * @returns null if the job is Complete or has not ended
 */
export function explainFailure(
  job: JobSummary,
  recorded: RecordedError,
  results: readonly StoredResult[],
  tail: readonly LogLine[],
): JobFailure | null {
  if (job.state !== 'Finished' || job.health === 'Complete') return null;
  const verdict = asMapping(results.findLast(isOf('job'))?.metadata);
  const errorType =
    job.health === 'Canceled' ? 'Canceled' : (recorded.errorType ?? textOf(verdict?.['error_type']));
  const full = (recorded.message ?? textOf(verdict?.['error_msg']) ?? job.errors ?? '').trim();
  const { message, problems } = splitProblems(full);
  const failed = errorType === 'Canceled' || problems.length > 0 ? null : failingAction(results);
  const lines = failed === null ? [] : linesOf(failed, tail);
  const timedOut = message.includes('timed out');
  const blame = errorType === null ? undefined : blameFor(errorType);
  return {
    errorType,
    culprit: blame?.culprit ?? null,
    action: failed === null ? null : `${failed.name} (${failed.level})`,
    message: message === '' ? 'the master recorded no reason' : message,
    problems,
    waitingFor: timedOut ? waitingFor(message, lines) : null,
    console: lines
      .flatMap(({ lvl, msg }) => (lvl === 'target' ? [textOf(msg) ?? ''] : []))
      .slice(-maxConsoleLines),
    hint: hintFor(errorType, problems, timedOut ? (failed?.name ?? null) : null) ?? blame?.hint ?? null,
  };
}

export interface RecordedError {
  readonly errorType: string | null;
  readonly message: string | null;
}

function isOf(name: string): (result: StoredResult) => boolean {
  return (result) => result.suite === 'lava' && result.name === name;
}

/**
 * Splits the message of a job that is not valid. Our executor writes one problem per line; LAVA's dispatcher writes a
 * Python list.
 */
function splitProblems(message: string): { message: string; problems: readonly string[] } {
  const list = /^(Invalid job data): \[([\s\S]*)\]$/.exec(message);
  if (list !== null) {
    const items = (list[2] ?? '').matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs);
    const problems = [...items].map(([, single, double]) =>
      (single ?? double ?? '').replace(/\\(.)/gs, '$1'),
    );
    if (problems.length > 0) return { message: 'Invalid job data', problems };
  }
  const [first = '', ...rest] = message.split('\n');
  return first === 'Invalid job data:'
    ? { message: 'Invalid job data', problems: rest }
    : { message, problems: [] };
}

interface FailedAction {
  readonly name: string;
  readonly level: string;
}

/** Actions report inner failures first, and repeat them for each retry. The last failures that contain each other lead to the cause. */
function failingAction(results: readonly StoredResult[]): FailedAction | null {
  let found: FailedAction | null = null;
  for (const { suite, name, result, metadata } of results.toReversed()) {
    const level = asMapping(metadata)?.['level'];
    if (suite !== 'lava' || result !== 'fail' || typeof level !== 'string') continue;
    if (found !== null && !level.startsWith(`${found.level}.`)) break;
    found = { name, level };
  }
  return found;
}

/** The lines from the start of an action to its failure. */
function linesOf({ name, level }: FailedAction, tail: readonly LogLine[]): readonly LogLine[] {
  const isStart = ({ msg }: LogLine) => typeof msg === 'string' && msg.startsWith(`start: ${level} ${name} `);
  const lines = tail.slice(tail.findLastIndex(isStart) + 1);
  const end = lines.findIndex(({ lvl }) => lvl === 'exception');
  return end === -1 ? lines : lines.slice(0, end);
}

function waitingFor(message: string, lines: readonly LogLine[]): string | null {
  const own = / while waiting for ([\s\S]+)$/.exec(message)?.[1];
  if (own !== undefined) return own;
  for (const { msg } of lines.toReversed()) {
    if (typeof msg !== 'string') continue;
    const what = /Wait(?:ing)? for (?:prompt )?(.+?)(?: \(timeout [\d:]+\))?$/s.exec(msg)?.[1];
    if (what !== undefined) return what.slice(0, maxLength);
  }
  return null;
}

function hintFor(
  errorType: string | null,
  problems: readonly string[],
  timedOutAction: string | null,
): string | null {
  if (problems.length > 0) return 'Correct these keys of the job definition, and submit the job again.';
  if (timedOutAction === null || errorType === 'Infrastructure') return null;
  return (
    'Compare the last lines of the console with what the action waits for. Correct the job or the image, or set a ' +
    `longer timeout for ${timedOutAction} in timeouts.actions of the job.`
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
