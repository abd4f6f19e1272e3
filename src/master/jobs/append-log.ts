import { replacementLine } from '../../wire/index.js';
import type { MasterContext } from '../context.js';
import { workerClient } from '../reading/reader.js';
import { insertLogLines } from '../store/jobs/job-logs.js';
import { findJobSummary, updateJob } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { deleteTestCases, insertTestCase } from '../store/jobs/results.js';
import { outcomeOf } from './end.js';
import { finishJob } from './finish.js';
import type { LogLine, ReportedCase } from './log-line.js';

/** The number of results that are stored per job. The lines of further ones are stored like any other line. */
export const maxResultsPerJob = 100_000;

/**
 * Stores the lines of a job's log from `firstIndex` on, and the results in them, in one transaction. Lines that are already
 * stored are skipped by their index, so a dispatcher may send them again; after a gap nothing is stored. The lines are
 * parsed before the transaction, and only if the job belongs to the worker.
 *
 * A line never finishes a job whose END has not arrived, whatever it contains: the executor may still be running. The last
 * `lava`/`job` result of the log is the result of the job, because an executor writes its own as the last line.
 * @returns how many lines are stored durably, or null if the job is finished or belongs to another worker
 */
export async function appendLog(
  context: MasterContext,
  worker: string,
  jobId: number,
  firstIndex: number,
  lines: readonly string[],
): Promise<number | null> {
  const before = await findJobSummary(context.store.db, jobId);
  if (before?.worker !== worker || before.state === 'Finished') return null;
  const stored = before.logReceived;
  const arrived = lines.slice(Math.max(0, stored - firstIndex));
  if (firstIndex > stored || arrived.length === 0) return stored;
  const parsed = await parseLines(context, worker, arrived);

  const { received, ended } = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker || job.state === 'Finished') return { received: null, ended: false };
    // Another connection of the worker may have stored some of them meanwhile.
    const fresh = parsed.slice(job.logReceived - stored);
    if (fresh.length === 0) return { received: job.logReceived, ended: false };

    const now = context.now();
    const { shown, cases } = sortLines(fresh, job.logLines, now);
    if (shown.length > 0) await insertLogLines(tx, jobId, job.logLines, shown);
    const verdict = cases.findLast(({ reported }) => isVerdict(reported))?.reported;
    let resultCount = job.resultCount;
    for (const { reported, line } of cases) {
      if (isVerdict(reported) ? reported !== verdict : resultCount >= maxResultsOf(reported)) continue;
      await storeCase(tx, jobId, reported, line, now);
      resultCount += 1;
    }
    const progress = {
      logLines: job.logLines + shown.length,
      logReceived: job.logReceived + fresh.length,
      resultCount,
    };
    const received = progress.logReceived;
    if (verdict === undefined) {
      await updateJob(tx, jobId, progress);
      return { received, ended: false };
    }
    const { result, errorType, errorMessage, isReported } = verdict;
    await updateJob(tx, jobId, { ...progress, result, errorType, errorMessage, isReported });
    if (job.endedAt === null) return { received, ended: false };
    await finishJob(tx, job, outcomeOf(verdict), now);
    tell({ kind: 'job', id: jobId, worker });
    return { received, ended: true };
  });
  if (ended) context.log.info({ job: jobId, worker }, 'job finished');
  return received;
}

/** Tests cannot use up the results of the job itself, such as that of the power-off. */
function maxResultsOf({ suite }: ReportedCase): number {
  return suite === 'lava' ? maxResultsPerJob + 1000 : maxResultsPerJob;
}

function isVerdict({ suite, name }: ReportedCase): boolean {
  return suite === 'lava' && name === 'job';
}

interface ParsedLine {
  readonly line: string;
  /** Null: not a log line. */
  readonly read: LogLine | null;
}

async function parseLines(
  { reader }: MasterContext,
  worker: string,
  lines: readonly string[],
): Promise<ParsedLine[]> {
  const single = lines.map((line) => (/[\n\r]/.test(line) ? null : line));
  const read = await reader.logLines(
    single.map((line) => line ?? ''),
    workerClient(worker),
  );
  return lines.map((line, index) => ({ line, read: read[index] ?? null }));
}

interface SortedLines {
  readonly shown: readonly string[];
  readonly cases: readonly { readonly reported: ReportedCase; readonly line: number }[];
}

/** Removes markers, and replaces whatever is not a log line, so that the whole log stays readable. */
function sortLines(lines: readonly ParsedLine[], firstLine: number, now: Date): SortedLines {
  const shown: string[] = [];
  const cases: { reported: ReportedCase; line: number }[] = [];
  for (const { line, read } of lines) {
    if (read?.kind === 'marker') continue;
    if (read?.kind === 'result') cases.push({ reported: read.case, line: firstLine + shown.length });
    shown.push(read === null ? replacementLine('it is not a log line', now) : line);
  }
  return { shown, cases };
}

async function storeCase(
  tx: Tx,
  jobId: number,
  reported: ReportedCase,
  logLine: number,
  now: Date,
): Promise<void> {
  if (isVerdict(reported)) await deleteTestCases(tx, jobId, reported.suite, reported.name);
  await insertTestCase(tx, {
    jobId,
    suite: reported.suite,
    name: reported.name,
    testSet: reported.testSet,
    result: reported.result,
    measurement: reported.measurement === null ? null : Number(reported.measurement),
    units: reported.units,
    metadata: reported.metadata,
    logged: now,
    logLine,
    startLogLine: reported.startLogLine,
    endLogLine: reported.endLogLine,
  });
}
