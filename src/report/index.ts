/**
 * Turns what a lab's masters report into what operators read: the issue about a master's drift (docs/drift.md), and the
 * statuses and the comment about an apply (docs/github.md).
 *
 * Pure. The same drift always gives the same text, without the time of the report, so that nobody is told twice.
 */
export {
  applyMarker,
  formatApplyMarkdown,
  needsAttention,
  pendingStatus,
  statusOfApply,
  type AppliedReport,
  type ApplyReport,
  type StatusText,
} from './apply-report.js';
export { driftIssue, type DriftIssue } from './drift-issue.js';
export { planSection, planSectionsOf, withPlanSection } from './plan-section.js';
export {
  compareWithReviewed,
  describeComparison,
  planLine,
  readPlanLine,
  reviewedPlanOf,
  type PlanComparison,
  type ReviewedPlan,
} from './reviewed-plan.js';
