import { replacementLine } from '../../wire/index.js';
import type { MasterContext } from '../context.js';
import { insertLogLines } from '../store/jobs/job-logs.js';
import { findJobSummary, updateJob, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { insertTestCase } from '../store/jobs/results.js';
import { finishJob, type JobOutcome } from './finish.js';
import { readLogLine, type ReportedCase } from './log-line.js';

/**
 * Stores the lines of a job's log from `firstIndex` on, and the results in them, in one transaction. Lines that are already
 * stored are skipped by their index, so a dispatcher may send them again; after a gap nothing is stored. The `lava`/`job`
 * result finishes the job (LAVA's ZeroMQ protocol, 2020.05).
 * @returns how many lines are stored durably, or null if the job belongs to another worker
 */
export async function appendLog(
  context: MasterContext,
  worker: string,
  jobId: number,
  firstIndex: number,
  lines: readonly string[],
): Promise<number | null> {
  const { received, ended } = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker) return { received: null, ended: false };
    const fresh = lines.slice(Math.max(0, job.logReceived - firstIndex));
    if (firstIndex > job.logReceived || fresh.length === 0)
      return { received: job.logReceived, ended: false };

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

interface SortedLines {
  readonly shown: readonly string[];
  readonly cases: readonly { readonly reported: ReportedCase; readonly line: number }[];
}

/** Removes markers, and replaces whatever is not a log line, so that the whole log stays readable. */
function sortLines(lines: readonly string[], firstLine: number, now: Date): SortedLines {
  const shown: string[] = [];
  const cases: { reported: ReportedCase; line: number }[] = [];
  for (const line of lines) {
    const read = /[\n\r]/.test(line) ? null : readLogLine(line);
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
