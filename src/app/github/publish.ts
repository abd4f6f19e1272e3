import type { Check, CommentOutcome, GitHub } from '../../github/index.js';
import { planSectionsOf, withPlanSection } from '../../report/index.js';
import { annotationsOf, formatReviewMarkdown, type Review } from '../../review/index.js';

export interface Published {
  /** null: there is no conversation, or the pull request has newer commits. */
  readonly comment: CommentOutcome | null;
  /** The address of the check run. */
  readonly check: string | null;
}

/** What a run writes, and where. */
export interface Publication {
  readonly review: Review;
  /** null: only a check is written. */
  readonly pull: number | null;
  /** The name of the check, and part of the marker of the comment. */
  readonly name: string;
  readonly attemptId: string;
  readonly detailsUrl: string | null;
  /** Whether the review was computed by code that the pull request may have changed. */
  readonly isUntrusted: boolean;
}

/** More are of no use to a reader, and each batch of 50 takes a second. */
const mostAnnotations = 500;
/** What GitHub accepts as the summary of a check; a comment may have one character more. */
const maxLength = 65_535;

/**
 * Writes the comment and the check run. One of them is written even if the other fails.
 * @throws ExternalError
 */
export async function publish(github: GitHub, publication: Publication): Promise<Published> {
  const [comment, check] = await Promise.allSettled([
    putComment(github, publication),
    github.writeCheck(checkOf(publication)),
  ]);
  if (comment.status === 'rejected') throw comment.reason;
  if (check.status === 'rejected') throw check.reason;
  return { comment: comment.value, check: check.value };
}

async function putComment(github: GitHub, publication: Publication): Promise<CommentOutcome | null> {
  const { review, pull, name } = publication;
  if (pull === null) return null;
  // A run that ends late must not replace the comment about newer commits.
  if ((await github.readPull(pull))?.head !== review.head) return null;
  return github.putComment(pull, reviewMarker(name), (before) => {
    // Another job, which can read the masters, wrote them.
    const sections = planSectionsOf(before ?? '', review.head);
    const text = bodyOf(publication, maxLength - sections.length - 10);
    return sections === '' ? text : withPlanSection(text, sections);
  });
}

/** The first line of the comment, by which it is found again. Text of a change never starts a comment. */
export function reviewMarker(name: string): string {
  return `<!-- ${name} -->`;
}

function bodyOf({ review, name, isUntrusted }: Publication, longest = maxLength): string {
  const note = isUntrusted ? { note: untrustedNote } : {};
  return formatReviewMarkdown(review, { marker: reviewMarker(name), maxLength: longest, ...note });
}

const untrustedNote =
  'This pull request comes from a fork. Its own run computed this review, so it could be forged: check the files.';

function checkOf(publication: Publication): Check {
  const { review, name, attemptId, detailsUrl, isUntrusted } = publication;
  const annotations = annotationsOf(review);
  return {
    name,
    commit: review.head,
    conclusion: isUntrusted && conclusionOf(review) === 'success' ? 'neutral' : conclusionOf(review),
    title: review.verdict.text.slice(0, 200),
    summary: bodyOf(publication),
    annotations: annotations.slice(0, mostAnnotations),
    attemptId,
    ...(detailsUrl === null ? {} : { detailsUrl }),
  };
}

export type Conclusion = 'success' | 'failure' | 'action_required';

/** `action_required` keeps a branch rule from merging until everybody who has to has approved. */
export function conclusionOf({ verdict, approvals }: Review): Conclusion {
  if (verdict.code === 3) return 'failure';
  return approvals.some(({ agreed }) => agreed === undefined) ? 'action_required' : 'success';
}
