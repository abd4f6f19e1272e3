import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { fetchSigned, findRevision } from '../../git/index.js';
import type { CommentOutcome, CommitStatus, GitHub, PullRequest } from '../../github/index.js';
import {
  applyMarker,
  formatApplyMarkdown,
  needsAttention,
  pendingStatus,
  statusOfApply,
  type AppliedReport,
  type ApplyReport,
  type StatusText,
} from '../../report/index.js';
import {
  applyMasters,
  problemsOf,
  type AppliedMaster,
  type ApplyingMasters,
  type ApplyMastersFeedback,
  type ApplyMastersOptions,
  type FailedApply,
} from '../apply/index.js';
import { connect } from './connect.js';
import { reviewMarker } from './publish.js';
import { ReviewedPlans } from './reviewed-plans.js';
import { appendSummary } from './run-output.js';
import { readWorkflow, type Workflow } from './workflow.js';

export interface PublishedApply {
  /** In the order in which the masters were applied. */
  readonly results: readonly (AppliedMaster | FailedApply)[];
  /** The number of the pull request that the commit came from; null: there is none, or nobody knows. */
  readonly pull: number | null;
  /** null: there is none, and none is needed. */
  readonly comment: CommentOutcome | null;
}

export interface PublishApplyOptions extends ApplyMastersOptions {
  /** The name of the review, whose comment has the plans that were reviewed. */
  readonly name: string;
}

export interface PublishApplyFeedback extends Omit<ApplyMastersFeedback, 'review'> {
  /** Called as soon as a master is done. */
  onResult(result: AppliedMaster | FailedApply): void;
}

/**
 * Applies a lab to its masters, writes a status of the commit for each of them, and comments on the pull request that the
 * commit came from if one of them needs attention. What GitHub does not accept is a warning: it neither stops the apply nor
 * repeats it.
 * @throws UsageError when this is not a workflow, or the lab or the choice of masters cannot be used
 * @throws ExternalError when the lab cannot be read
 */
export async function publishApply(
  options: PublishApplyOptions,
  feedback: PublishApplyFeedback,
): Promise<PublishedApply> {
  const workflow = readWorkflow();
  const publisher = new Publisher(workflow, connect(workflow), feedback.onWarning);
  const reviewed = await publisher.findReviewed(options);
  let applying: ApplyingMasters;
  try {
    // A workflow checks out one commit; the signers are those of an earlier one.
    const fetch = (commits: readonly string[]) => fetchSigned(options.lab, commits);
    applying = await applyMasters(
      { ...options, fetchSigned: fetch },
      { ...feedback, review: reviewed.review },
    );
  } catch (error) {
    await publisher.publishUnreadable(options, error);
    throw error;
  }
  const { commit, masters } = applying;
  const pending = new Map(
    masters.map((name) => [name, publisher.putStatus(commit, name, pendingStatus(commit))]),
  );
  const results: (AppliedMaster | FailedApply)[] = [];
  const reports: AppliedReport[] = [];
  const written: Promise<void>[] = [];
  // The next master does not wait for GitHub.
  const finish = (name: string, status: StatusText): void => {
    const before = pending.get(name) ?? Promise.resolve();
    written.push(before.then(() => publisher.putStatus(commit, name, status)));
  };
  for await (const result of applying.results) {
    results.push(result);
    feedback.onResult(result);
    const report = reviewed.addTo(reportOf(result));
    reports.push(report);
    finish(result.master, statusOfApply(commit, report));
  }
  for (const name of masters.slice(results.length))
    finish(name, { state: 'error', description: 'not tried: the run was interrupted' });
  await Promise.all(written);
  const report = { commit, url: workflow.url, masters: reports };
  return { results, ...(await publisher.putReport(report, options.master)) };
}

/** Writes to GitHub after the fact: its failures are warnings. */
class Publisher {
  readonly #workflow: Workflow;
  readonly #github: GitHub;
  readonly #warn: (text: string) => void;
  #pull: { readonly commit: string; readonly pull: PullRequest | null } | null = null;

  constructor(workflow: Workflow, github: GitHub, warn: (text: string) => void) {
    this.#workflow = workflow;
    this.#github = github;
    this.#warn = warn;
  }

  async putStatus(commit: string, master: string, { state, description }: StatusText): Promise<void> {
    const targetUrl = this.#workflow.url;
    const status: CommitStatus = {
      commit,
      context: `lavaflow/apply/${master}`,
      state,
      description,
      targetUrl,
    };
    await this.#try(() => this.#github.writeStatus(status));
  }

  /** Finds the plans that reviewers, or readers of the comment about an earlier apply, have seen. */
  async findReviewed({ lab, rev, master, name, consents }: PublishApplyOptions): Promise<ReviewedPlans> {
    const commit = await this.#try(() => findRevision(lab, rev, lab));
    const pull = typeof commit === 'string' ? await this.#pullOf(commit) : null;
    if (typeof commit !== 'string' || pull === null) return new ReviewedPlans([], consents.force !== null);
    const read = async (marker: string) =>
      (await this.#try(() => this.#github.readComment(pull.number, marker))) ?? '';
    const sources = [
      { comment: await read(applyMarker(master)), commit },
      { comment: await read(reviewMarker(name)), commit: pull.head },
    ];
    return new ReviewedPlans(sources, consents.force !== null);
  }

  /** Asked once: before the apply, and not again after it. */
  async #pullOf(commit: string): Promise<PullRequest | null> {
    if (this.#pull?.commit === commit) return this.#pull.pull;
    const pull = await this.#try(() => this.#github.pullMergedAs(commit));
    if (pull !== undefined) this.#pull = { commit, pull };
    return pull ?? null;
  }

  /** @param master the only one that the run applies */
  async putReport(
    report: ApplyReport,
    master: string | undefined,
  ): Promise<Pick<PublishedApply, 'pull' | 'comment'>> {
    const text = formatApplyMarkdown(report);
    const { summaryFile } = this.#workflow;
    if (summaryFile !== null) await this.#try(() => appendSummary(summaryFile, text));
    const pull = await this.#pullOf(report.commit);
    if (pull === null) return { pull, comment: null };
    const marker = applyMarker(master);
    const body = `${marker}\n${text}`;
    const comment = await this.#try(() =>
      report.masters.some(needsAttention)
        ? this.#github.putComment(pull.number, marker, body)
        : this.#github.updateComment(pull.number, marker, body),
    );
    return { pull: pull.number, comment: comment ?? null };
  }

  /** The lab cannot be read, so its masters are unknown, except one that was chosen. */
  async publishUnreadable({ lab, rev, master }: ApplyMastersOptions, failure: unknown): Promise<void> {
    const commit = await this.#try(() => findRevision(lab, rev, lab));
    if (commit === null || commit === undefined) return;
    const report = reportOf({ master: master ?? 'all masters', failure });
    if (master !== undefined) await this.putStatus(commit, master, statusOfApply(commit, report));
    await this.putReport({ commit, url: this.#workflow.url, masters: [report] }, master);
  }

  /** @returns undefined: it failed, and a warning says so */
  async #try<T>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof ExternalError || error instanceof UsageError)) throw error;
      this.#warn(`what was applied is not affected, but ${error.message}`);
      return undefined;
    }
  }
}

function reportOf(applied: AppliedMaster | FailedApply): AppliedReport {
  const { master } = applied;
  if ('failure' in applied) {
    const { failure } = applied;
    const problems = failure instanceof Error ? [failure.message] : [String(failure)];
    if (failure instanceof UsageError && failure.hint !== undefined) problems.push(failure.hint);
    const hasErrors = failure instanceof UsageError && failure.exitCode === 3;
    const nothing = { changes: 0, why: null, isSuspended: false, comparison: [], now: null, secrets: [] };
    const isRefused = failure instanceof UsageError && failure.exitCode === 4;
    return { master, result: isRefused ? 'refused' : 'failed', problems, hasErrors, ...nothing };
  }
  const { result, secrets, verdict } = applied;
  return {
    master,
    result: resultOf(applied),
    changes: result.outcomes.filter(({ status }) => status === 'done').length,
    why: verdict.why,
    problems: problemsOf(result),
    isSuspended: result.refused?.kind === 'suspended',
    comparison: [],
    now: null,
    hasErrors: verdict.code === 3,
    secrets,
  };
}

function resultOf({ result, verdict }: AppliedMaster): AppliedReport['result'] {
  if (result.failure !== undefined) return 'failed';
  if (result.refused !== undefined) return 'refused';
  return verdict.code === 0 || verdict.code === 5 ? 'applied' : 'incomplete';
}
