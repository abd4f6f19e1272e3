import type { IssueOutcome } from '../../github/index.js';
import { formatDriftMarkdown } from '../../plan/index.js';
import { driftIssue, driftIssueState, isSnoozed } from '../../report/index.js';
import { reportDrift, type FailedDrift, type MasterDrift } from '../drift/index.js';
import { connect } from './connect.js';
import { obeyIssue, type ObeyOptions } from './obey-issue.js';
import { appendSummary } from './run-output.js';
import { readRepositoryAccess } from './workflow.js';

type Reported = Parameters<typeof reportDrift>;

/** The drift of a master, and what became of its issue. */
export interface PublishedDrift extends MasterDrift {
  /** null: there is none, and none is needed or nobody knows. */
  readonly issue: IssueOutcome | null;
  /** Until when nobody has to be notified of it, because a person requested that; ISO 8601. null: it is not snoozed. */
  readonly snoozedUntil: string | null;
}

/** The label of issues about drift, by which they are found again. */
const label = 'lavaflow-drift';

/**
 * Reports the drift of the lab's masters as one issue for each of them, and on the page of the run, after
 * doing what people requested in the issue. A master that cannot be compared keeps its issue as it is.
 * @throws UsageError
 * @throws ExternalError
 */
export async function publishDrift(
  options: Omit<Reported[0], 'writeBack'>,
  feedback: Reported[1],
): Promise<AsyncIterable<PublishedDrift | FailedDrift>> {
  const access = readRepositoryAccess();
  const github = connect(access);
  const { reports } = await reportDrift({ ...options, writeBack: null }, feedback);
  return (async function* publishAll() {
    for await (const report of reports) {
      if ('failure' in report) {
        yield report;
        continue;
      }
      const published = await publishOne(report, {
        github,
        label,
        drift: options,
        feedback,
        now: new Date(),
      });
      if (access.summaryFile !== null) {
        const { drift, secrets } = published;
        await appendSummary(access.summaryFile, formatDriftMarkdown(drift, { secrets }));
      }
      yield published;
    }
  })();
}

/** @throws ExternalError */
async function publishOne(seen: MasterDrift, options: ObeyOptions): Promise<PublishedDrift> {
  const { github, now } = options;
  if (driftIssueState(seen.drift, seen.hasErrors) === 'as it is')
    return { ...seen, issue: null, snoozedUntil: null };
  const { report, memo } = await obeyIssue(seen, options);
  const { state, ...issue } = driftIssue(report.drift, { ...report, memo });
  const isKnown = state !== 'as it is';
  const put = isKnown ? await github.putIssue({ ...issue, label, isOpen: state === 'open' }) : null;
  return { ...report, issue: put, snoozedUntil: isSnoozed(memo, now) ? (memo.snooze?.until ?? null) : null };
}
