import { appendFile } from 'node:fs/promises';
import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import { fetchCommits, fetchHistory, findMergeBase, readRemoteBranch } from '../../git/index.js';
import type { GitHub } from '../../github/index.js';
import { replaceFile } from '../../host/index.js';
import { formatReviewMarkdown, reviewToJson, type Review } from '../../review/index.js';
import { reviewLab } from '../review/index.js';
import { addPeople, connect } from './connect.js';
import { conclusionOf, publish, type Conclusion, type Published } from './publish.js';
import { subjectOf, type PullSubject } from './subject.js';
import { readWorkflow, type Workflow } from './workflow.js';

export interface PullReviewOptions {
  /** The lab's directory, in a clone of the repository. */
  readonly lab: string;
  /** The remote of the clone that is the repository on GitHub. */
  readonly remote: string;
  /** Show the effect on this master alone. */
  readonly master?: string | undefined;
  /** Write the complete review to this file, as JSON. */
  readonly out?: string | undefined;
  /** The name of the check, and part of the marker of the comment. */
  readonly name: string;
}

export interface PullReview {
  readonly review: Review;
  readonly conclusion: Conclusion;
  /** null: the token may only read. */
  readonly published: Published | null;
}

/**
 * Reviews the change that the event of a workflow is about, and writes the result to GitHub. Without permission to write there,
 * it is in the file and on the page of the run.
 * @throws UsageError
 * @throws ExternalError
 */
export async function reviewPull(options: PullReviewOptions): Promise<PullReview> {
  const workflow = readWorkflow();
  const subject = subjectOf(workflow);
  const github = connect(workflow);
  const { lab, remote, master } = options;
  const base = subject.kind === 'queue' ? subject.base : await tipOf(lab, remote, subject.baseBranch);
  await fetchCommits(lab, remote, [base, subject.head]);
  if ((await findMergeBase(lab, base, subject.head)) === null) await fetchHistory(lab, remote);
  const judged = await reviewLab({ lab, base, head: subject.head, master });
  const review =
    subject.kind === 'queue' ? judged : await addPeople(judged, github, workflow.repository, subject);
  if (options.out !== undefined) await writeJson(options.out, review);
  if (workflow.summaryFile !== null) await appendSummary(workflow.summaryFile, review);
  const mayWrite = subject.kind === 'queue' || subject.mayWrite;
  const published = mayWrite ? await publishFor(github, workflow, subject, review, options.name) : null;
  return { review, conclusion: conclusionOf(review), published };
}

async function publishFor(
  github: GitHub,
  { attemptId, url }: Workflow,
  subject: Pick<PullSubject, 'number'> | { readonly kind: 'queue' },
  review: Review,
  name: string,
): Promise<Published> {
  const pull = 'number' in subject ? subject.number : null;
  return publish(github, { review, pull, name, attemptId, detailsUrl: url, isUntrusted: false });
}

/** The rules are those of the branch as it is now. The event may be older. */
async function tipOf(lab: string, remote: string, branch: string): Promise<string> {
  const commit = await readRemoteBranch(lab, remote, branch);
  if (commit !== null) return commit;
  throw new ExternalError({
    what: `find the branch ${branch}`,
    where: remote,
    why: 'the remote does not have it',
    retry: 'after-change',
    hint: 'Specify with --remote the remote that is the repository on GitHub.',
  });
}

async function writeJson(file: string, review: Review): Promise<void> {
  const text = `${JSON.stringify(reviewToJson(review), null, 2)}\n`;
  try {
    await replaceFile(file, text, { durable: false });
  } catch (error) {
    throw fileFailure(error, 'write the review', file);
  }
}

async function appendSummary(file: string, review: Review): Promise<void> {
  try {
    await appendFile(file, `${formatReviewMarkdown(review)}\n`);
  } catch (error) {
    throw fileFailure(error, 'write the summary of the run', file);
  }
}

function fileFailure(error: unknown, what: string, where: string): ExternalError {
  return new ExternalError({ what, where, why: reasonOf(error), retry: 'after-change', cause: error });
}
