import { replacementLine } from '../../wire/index.js';
import type { MasterContext } from '../context.js';
import { workerClient } from '../reading/reader.js';
import { insertLogLines } from '../store/jobs/job-logs.js';
import { findJobSummary, updateJob, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { insertTestCase } from '../store/jobs/results.js';
import { finishJob, type JobOutcome } from './finish.js';
import type { LogLine, ReportedCase } from './log-line.js';

/**
 * Stores the lines of a job's log from `firstIndex` on, and the results in them, in one transaction. Lines that are already
 * stored are skipped by their index, so a dispatcher may send them again; after a gap nothing is stored. The `lava`/`job`
 * result finishes the job (LAVA's ZeroMQ protocol, 2020.05). The lines are parsed before the transaction, and only if the
 * job belongs to the worker.
 * @returns how many lines are stored durably, or null if the job belongs to another worker
 */
export async function appendLog(
  context: MasterContext,
  worker: string,
  jobId: number,
  firstIndex: number,
  lines: readonly string[],
): Promise<number | null> {
  const before = await findJobSummary(context.store.db, jobId);
  if (before?.worker !== worker) return null;
  const stored = before.logReceived;
  const arrived = lines.slice(Math.max(0, stored - firstIndex));
  if (firstIndex > stored || arrived.length === 0) return stored;
  const parsed = await parseLines(context, worker, arrived);

  const { received, ended } = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker) return { received: null, ended: false };
    // Another connection of the worker may have stored some of them meanwhile.
    const fresh = parsed.slice(job.logReceived - stored);
    if (fresh.length === 0) return { received: job.logReceived, ended: false };

    const now = context.now();
    const { shown, cases } = sortLines(fresh, job.logLines, now);
    if (shown.length > 0) await insertLogLines(tx, jobId, job.logLines, shown);
    for (const { reported, line } of cases) await storeCase(tx, jobId, reported, line, now);
    const logReceived = job.logReceived + fresh.length;
    await updateJob(tx, jobId, { logLines: job.logLines + shown.length, logReceived });

    const verdict = cases.find(({ reported }) => reported.suite === 'lava' && reported.name === 'job');
    if (verdict === undefined || job.state === 'Finished') return { received: logReceived, ended: false };
    await finishBy(tx, job, verdict.reported, now);
    tell({ kind: 'job', id: jobId, worker });
    return { received: logReceived, ended: true };
  });
  if (ended) context.log.info({ job: jobId, worker }, 'job finished');
  return received;
}

/** Finishes a job according to the `lava`/`job` result of its log. */
async function finishBy(tx: Tx, job: JobSummary, verdict: ReportedCase, now: Date): Promise<void> {
  const { result, errorType, errorMessage } = verdict;
  await updateJob(tx, job.id, { result });
  const outcome: JobOutcome = {
    health: result === 'pass' ? 'Complete' : 'Incomplete',
    ...(errorType === null ? {} : { errorType }),
    ...(errorMessage === null ? {} : { errorMessage }),
  };
  await finishJob(tx, job, outcome, now);
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
