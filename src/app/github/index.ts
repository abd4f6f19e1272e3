/** Shows on GitHub what a change of a lab does, from a workflow. */
export type { Published } from './publish.js';
export { reviewPull, type PullReview, type PullReviewOptions } from './review-pull.js';
export { publishDrift, type PublishedDrift } from './report-drift.js';
export { commentReview, type CommentedReview, type CommentReviewOptions } from './comment-review.js';
