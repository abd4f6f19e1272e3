import { UsageError } from '../../diagnostics/index.js';
import type { CommentOutcome } from '../../github/index.js';
import { formatPlanMarkdown } from '../../plan/index.js';
import { planSection, withPlanSection } from '../../report/index.js';
import type { LabFeedback } from '../lab/index.js';
import { planLab, type PlannedLab, type PlanOptions } from '../plan/index.js';
import { connect } from './connect.js';
import { reviewMarker } from './publish.js';
import { appendSummary } from './run-output.js';
import { subjectOf } from './subject.js';
import { readWorkflow } from './workflow.js';

export interface PullPlanOptions extends Omit<PlanOptions, 'out'> {
  /** The name of the review, whose comment gets the plan. */
  readonly name: string;
}

export interface PullPlan extends PlannedLab {
  /** null: the pull request has newer commits. */
  readonly comment: CommentOutcome | null;
}

/**
 * Plans what the merge of a pull request would do to a master, and adds to the comment of the review what only the master
 * shows: limits, drift, and the plan that the reviewers see, so that the apply can compare.
 * @throws UsageError
 * @throws ExternalError
 */
export async function planPull(options: PullPlanOptions, feedback: LabFeedback): Promise<PullPlan> {
  const workflow = readWorkflow();
  const subject = subjectOf(workflow);
  if (subject.kind !== 'pull')
    throw new UsageError(`the event ${workflow.eventName} is not about a pull request`);
  const github = connect(workflow);
  const planned = await planLab(options, feedback);
  const { plan, secrets } = planned;
  const { summaryFile } = workflow;
  if (summaryFile !== null) await appendSummary(summaryFile, formatPlanMarkdown(plan, { secrets }));
  const { number, head } = subject;
  if ((await github.readPull(number))?.head !== head) return { ...planned, comment: null };
  const marker = reviewMarker(options.name);
  const section = planSection(plan, head, secrets);
  const comment = await github.putComment(number, marker, (before) =>
    withPlanSection(before ?? `${marker}\n`, section),
  );
  return { ...planned, comment };
}
