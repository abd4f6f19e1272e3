/**
 * Turns what a lab's masters report into what operators read: the issue about a master's drift (docs/drift.md), the
 * statuses and the comment about an apply (docs/github.md), and incidents with one message for each cause
 * (docs/notifications.md).
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
export { driftIssue, driftIssueState, driftMarker, type DriftIssue } from './drift-issue.js';
export {
  driftDigest,
  formatRequests,
  hasRequests,
  isSnoozed,
  memoFor,
  readRequests,
  type DriftAnswer,
  type DriftMemo,
  type DriftRequests,
} from './drift-requests.js';
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
export {
  advance,
  noIncidents,
  type Advance,
  type IncidentMessage,
  type IncidentState,
  type IncidentTimes,
} from './incidents/advance.js';
export {
  affected,
  keyOfCondition,
  type Affected,
  type Condition,
  type IncidentKind,
  type IncidentSeverity,
  type Observation,
} from './incidents/condition.js';
export {
  formatIncidentsMarkdown,
  formatIncidentsText,
  messageText,
  type MessageText,
} from './incidents/format.js';
export { viewIncident, type Incident, type IncidentView } from './incidents/incident.js';
export type { ChannelStatus, NotificationChannel, Notice } from './incidents/channel.js';
export {
  newHistory,
  noticeOf,
  onlyFor,
  post,
  withoutNotice,
  type IncidentStore,
  type StoredIncidents,
  type WaitingNotice,
} from './incidents/outbox.js';
