/** Shows on GitHub what a change of a lab does, what drifts and what was applied, from a workflow. */
export { publishApply, type PublishedApply, type PublishApplyFeedback } from './apply-lab.js';
export type { Published } from './publish.js';
export { reviewPull, type PullReview, type PullReviewOptions } from './review-pull.js';
export { publishDrift, type PublishedDrift } from './report-drift.js';
export { commentReview, type CommentedReview, type CommentReviewOptions } from './comment-review.js';
export { requireRepositoryAccess } from './connect.js';
export type { RepositoryAccess } from './workflow.js';
export { planPull, type PullPlan, type PullPlanOptions } from './plan-pull.js';
