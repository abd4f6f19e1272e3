/**
 * Judges a change of a lab, such as a pull request: base and head become one `Review` value. It lists everybody who has to
 * approve the change and why, what it does to each master, and what was not checked (docs/review.md). Also formats it.
 *
 * Pure: the caller reads both revisions. The rules are always those of the base.
 */
export { annotationsOf, type Annotation } from './annotations.js';
export { codeownersLimitBytes, codeownersText, isGeneratedCodeowners, isPlainPath } from './codeowners.js';
export { findConflicts, newClaims, type OtherChange, type PhysicalConflict } from './conflicts.js';
export { compareFindings } from './compare-findings.js';
export { teamsIn, withPeople, type People } from './people.js';
export { makeReview, type ReviewInput, type ReviewSide } from './make-review.js';
export type {
  Agreement,
  Approval,
  Hazard,
  MasterEffect,
  Reason,
  Review,
  ReviewedChange,
  ReviewVerdict,
} from './review.js';
export { formatReviewMarkdown } from './format-markdown.js';
export { formatReviewText } from './format-text.js';
export { longestReview, readReviewJson } from './read-review.js';
export { reviewSchema, reviewToJson } from './review-json.js';
