import type { IssueOutcome } from '../../github/index.js';
import { formatDriftMarkdown } from '../../plan/index.js';
import { driftIssue } from '../../report/index.js';
import { reportDrift, type FailedDrift, type MasterDrift } from '../drift/index.js';
import { connect } from './connect.js';
import { appendSummary } from './run-output.js';
import { readWorkflow } from './workflow.js';

type Reported = Parameters<typeof reportDrift>;

/** The drift of a master, and what became of its issue. */
export interface PublishedDrift extends MasterDrift {
  /** null: there is none, and none is needed or nobody knows. */
  readonly issue: IssueOutcome | null;
}

/** The label of issues about drift, by which they are found again. */
const label = 'lavaflow-drift';

/**
 * Reports the drift of the lab's masters as one issue for each of them, and on the page of the run. A master that cannot be compared keeps its issue as it is.
 * @throws UsageError
 * @throws ExternalError
 */
export async function publishDrift(
  options: Omit<Reported[0], 'writeBack'>,
  feedback: Reported[1],
): Promise<AsyncIterable<PublishedDrift | FailedDrift>> {
  const workflow = readWorkflow();
  const github = connect(workflow);
  const { reports } = await reportDrift({ ...options, writeBack: null }, feedback);
  return (async function* publishAll() {
    for await (const report of reports) {
      if ('failure' in report) {
        yield report;
        continue;
      }
      if (workflow.summaryFile !== null) {
        const { drift, secrets } = report;
        await appendSummary(workflow.summaryFile, formatDriftMarkdown(drift, { secrets }));
      }
      const { state, ...issue } = driftIssue(report.drift, report);
      const isKnown = state !== 'as it is';
      yield {
        ...report,
        issue: isKnown ? await github.putIssue({ ...issue, label, isOpen: state === 'open' }) : null,
      };
    }
  })();
}
