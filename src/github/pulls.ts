import type { Client, Place } from './client.js';
import { createOnce } from './create-once.js';
import { isNotFound } from './failure.js';

export interface PullRequest {
  readonly number: number;
  readonly isOpen: boolean;
  /** Full commit IDs. */
  readonly head: string;
  readonly base: string;
  /** The name of the branch that it is for. */
  readonly baseBranch: string;
  /** The repository of the head as `owner/name`; null: it was deleted. */
  readonly headRepository: string | null;
  readonly author: string | null;
  /** The commit with which it was merged; null: it was not merged. */
  readonly mergedAs: string | null;
}

/** The parts that all of GitHub's answers about pull requests have in common. */
interface Answer {
  readonly number: number;
  readonly state: string;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly sha: string; readonly ref: string };
  readonly user: { readonly login: string } | null;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
}

/**
 * @returns null: there is none of this number
 * @throws ExternalError
 */
export async function readPull(client: Client, place: Place, number: number): Promise<PullRequest | null> {
  return client.attempt(`read the pull request #${number}`, async ({ rest }) => {
    try {
      return pullIn((await rest.pulls.get({ ...place, pull_number: number })).data);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  });
}

/** @throws ExternalError */
export async function openPulls(client: Client, place: Place, from?: string): Promise<PullRequest[]> {
  const head = from === undefined ? {} : { head: from };
  const pulls = await client.attempt('list the open pull requests', ({ rest, paginate }) =>
    paginate(rest.pulls.list, { ...place, state: 'open', per_page: 100, ...head }),
  );
  return pulls.map(pullIn);
}

/**
 * The open pull request of a branch of the repository for its default branch, which is opened if there is none.
 * @throws ExternalError
 */
export async function openPull(
  client: Client,
  place: Place,
  wanted: { readonly branch: string; readonly title: string; readonly body: string },
): Promise<number> {
  const { branch, title, body } = wanted;
  const base = await client.attempt(
    'read the default branch',
    async ({ rest }) => (await rest.repos.get({ ...place })).data.default_branch,
  );
  const find = async (): Promise<{ readonly number: number } | null> =>
    (await openPulls(client, place, `${place.owner}:${branch}`)).find(
      ({ baseBranch }) => baseBranch === base,
    ) ?? null;
  const created = await createOnce(
    client,
    `open a pull request for ${branch}`,
    async ({ rest }, request) =>
      // Two runs at the same time: GitHub refuses the second one.
      (await find()) ??
      (await rest.pulls.create({ ...place, title, body, head: branch, base, request })).data,
    find,
  );
  return created.number;
}

/**
 * The pull request that a commit of a branch came from, by any way of merging.
 * @returns null: there is none
 * @throws ExternalError
 */
export async function pullMergedAs(
  client: Client,
  place: Place,
  commit: string,
): Promise<PullRequest | null> {
  const pulls = await client.attempt(
    `find the pull request of ${commit.slice(0, 12)}`,
    ({ rest, paginate }) =>
      paginate(rest.repos.listPullRequestsAssociatedWithCommit, {
        ...place,
        commit_sha: commit,
        per_page: 100,
      }),
  );
  return pulls.map(pullIn).find(({ mergedAs }) => mergedAs === commit) ?? null;
}

/**
 * A comment does not change what somebody thinks of the change; a new commit does.
 * @throws ExternalError
 */
export async function approversOf(
  client: Client,
  place: Place,
  number: number,
  commit: string,
): Promise<string[]> {
  const reviews = await client.attempt(`read the reviews of #${number}`, ({ rest, paginate }) =>
    paginate(rest.pulls.listReviews, { ...place, pull_number: number, per_page: 100 }),
  );
  // In chronological order.
  const last = new Map<string, boolean>();
  for (const { user, state, commit_id } of reviews) {
    if (user === null || state === 'COMMENTED' || state === 'PENDING') continue;
    last.set(user.login, state === 'APPROVED' && commit_id === commit);
  }
  return [...last].filter(([, approves]) => approves).map(([login]) => login);
}

function pullIn({ number, state, head, base, user, merged_at, merge_commit_sha }: Answer): PullRequest {
  return {
    number,
    isOpen: state === 'open',
    head: head.sha,
    base: base.sha,
    baseBranch: base.ref,
    headRepository: head.repo?.full_name ?? null,
    author: user?.login ?? null,
    // Of an open one, GitHub names the commit that it tries to merge.
    mergedAs: merged_at === null ? null : merge_commit_sha,
  };
}
