import { ExternalError } from '../../diagnostics/index.js';
import { fetchCommits, fetchHistory, findMergeBase, readRemoteBranch } from '../../git/index.js';
import type { GitHub, PullRequest } from '../../github/index.js';
import { formatReviewMarkdown, type Review } from '../../review/index.js';
import { reviewLab } from '../review/index.js';
import { addPeople, connect } from './connect.js';
import { readOpenChanges, type OpenChanges } from './open-changes.js';
import { conclusionOf, publish, type Conclusion, type Published } from './publish.js';
import { appendSummary, writeJson } from './run-output.js';
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
  /** Numbers of other pull requests that conflict with this one, and whose reviews were written again. */
  readonly told: readonly number[];
}

/**
 * Reviews the change that the event of a workflow is about, and writes the result to GitHub. Without permission to write there,
 * it is in the file and on the page of the run. Other pull requests that would use the same hardware are reviewed and told too.
 * @throws UsageError
 * @throws ExternalError
 */
export async function reviewPull(options: PullReviewOptions): Promise<PullReview> {
  const workflow = readWorkflow();
  const subject = subjectOf(workflow);
  const github = connect(workflow);
  const { lab, remote } = options;
  const isPull = subject.kind === 'pull';
  const base = isPull ? await tipOf(lab, remote, subject.baseBranch) : subject.base;
  await fetchCommits(lab, remote, [base, subject.head]);
  const open = isPull ? await readOpenChanges(github, { directory: lab, remote }, subject) : noneOpen;
  const run: Run = { options, workflow, github, base, open };
  if ((await findMergeBase(lab, base, subject.head)) === null) await fetchHistory(lab, remote);
  const review = isPull ? await judgePull(run, subject) : await judge(run, subject.head, null);
  if (options.out !== undefined) await writeJson(options.out, review);
  if (workflow.summaryFile !== null) await appendSummary(workflow.summaryFile, formatReviewMarkdown(review));
  const mayWrite = !isPull || subject.mayWrite;
  const published = mayWrite ? await publishFor(run, isPull ? subject.number : null, review) : null;
  const told = isPull && mayWrite ? await tellOthers(run, subject, review) : [];
  return { review, conclusion: conclusionOf(review), published, told };
}

/** What all reviews of a run have in common. */
interface Run {
  readonly options: PullReviewOptions;
  readonly workflow: Workflow;
  readonly github: GitHub;
  /** The commit of the base branch. */
  readonly base: string;
  /** The open pull requests besides the one of the event. */
  readonly open: OpenChanges;
}

const noneOpen: OpenChanges = { pulls: [], left: 0 };

/** The part of a pull request that a review needs. */
type Pull = Pick<PullRequest, 'number' | 'head' | 'author'>;

/** @param more another open pull request, which is not in the list */
async function judgePull(run: Run, pull: Pull, more: readonly Pull[] = []): Promise<Review> {
  const judged = await judge(run, pull.head, pull.number, more);
  return addPeople(judged, run.github, run.workflow.repository, pull);
}

async function judge(
  { options, base, open }: Run,
  head: string,
  number: number | null,
  more: readonly Pull[] = [],
): Promise<Review> {
  const others = [...open.pulls, ...more].filter((other) => other.number !== number);
  const review = await reviewLab({
    lab: options.lab,
    base,
    head,
    master: options.master,
    others: others.map((other) => ({ name: `#${other.number}`, revision: other.head })),
  });
  if (open.left === 0) return review;
  const left = `conflicts with ${open.left} more open pull requests: only the latest are read`;
  return { ...review, notChecked: [left, ...review.notChecked] };
}

/**
 * Reviews the pull requests that would use the same hardware as this one, so that their authors are told too.
 * @returns their numbers
 */
async function tellOthers(run: Run, subject: PullSubject, { conflicts }: Review): Promise<number[]> {
  const names = new Set(conflicts.map(({ other }) => other?.name));
  const others = run.open.pulls.filter(({ number }) => names.has(`#${number}`));
  for (const other of others) await publishFor(run, other.number, await judgePull(run, other, [subject]));
  return others.map(({ number }) => number);
}

async function publishFor(
  { github, workflow: { attemptId, url }, options: { name } }: Run,
  pull: number | null,
  review: Review,
): Promise<Published> {
  // One run may write several checks.
  const attempt = `${attemptId}/${pull ?? 'queue'}`;
  return publish(github, { review, pull, name, attemptId: attempt, detailsUrl: url, isUntrusted: false });
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
