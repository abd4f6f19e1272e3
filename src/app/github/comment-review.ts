import { UsageError, localFailure } from '../../diagnostics/index.js';
import type { PullRequest } from '../../github/index.js';
import { readRegular } from '../../host/index.js';
import { longestReview, readReviewJson, type Review } from '../../review/index.js';
import { addPeople, connect } from './connect.js';
import { publish, type Published } from './publish.js';
import { finishedRunOf, type FinishedRun } from './subject.js';
import { readWorkflow } from './workflow.js';

export interface CommentReviewOptions {
  /** The file that the run for the pull request wrote with `--out`. */
  readonly file: string;
  readonly name: string;
}

export interface CommentedReview {
  readonly review: Review;
  /** null: no open pull request has this commit as its head any more. */
  readonly pull: number | null;
  readonly published: Published | null;
}

/**
 * Writes to GitHub the review of a pull request from a fork, whose own run may not. That run may have been changed by the pull
 * request, so nothing in the file is trusted: it must have the form of a review and be about the commit of the event, and the
 * pull request is the one that GitHub knows for the branch of the event.
 * @throws UsageError when the file is not a review, or one of another commit
 * @throws ExternalError
 */
export async function commentReview({ file, name }: CommentReviewOptions): Promise<CommentedReview> {
  const workflow = readWorkflow();
  const run = finishedRunOf(workflow);
  const review = await readReview(file);
  if (review.head !== run.head) {
    throw new UsageError(`${file} is about the commit ${review.head}, and the event about ${run.head}`);
  }
  const github = connect(workflow);
  const owner = run.headRepository.slice(0, run.headRepository.indexOf('/'));
  const pull = onlyOne(await github.openPulls(`${owner}:${run.headBranch}`), run);
  if (pull === null) return { review, pull, published: null };
  const judged = await addPeople(review, github, workflow.repository, pull);
  const published = await publish(github, {
    review: judged,
    pull: pull.number,
    name,
    attemptId: workflow.attemptId,
    detailsUrl: workflow.url,
    isUntrusted: pull.headRepository !== workflow.repository,
  });
  return { review: judged, pull: pull.number, published };
}

/** @throws UsageError when there are several: the review is about one base */
function onlyOne(pulls: readonly PullRequest[], run: FinishedRun): PullRequest | null {
  const [pull, ...others] = pulls.filter(
    ({ head, headRepository }) => head === run.head && headRepository === run.headRepository,
  );
  if (others.length === 0) return pull ?? null;
  throw new UsageError(`several pull requests have the head ${run.head}`, 'Close all of them but one.');
}

async function readReview(file: string): Promise<Review> {
  let content: Buffer | null;
  try {
    ({ content } = await readRegular(file, ({ size }) => size <= longestReview));
  } catch (error) {
    throw localFailure(error, 'read the review', file);
  }
  const read =
    content === null
      ? { problem: `it is not a file of at most ${longestReview / 1024 / 1024} MiB` }
      : readReviewJson(content.toString('utf8'));
  if ('review' in read) return read.review;
  throw new UsageError(
    `${file} is not a review: ${read.problem}`,
    'Write it with `lavaflow github review --out FILE` of the same version.',
  );
}
