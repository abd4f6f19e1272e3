import { ApiError, demand, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentPull } from '../present/pull.js';
import { areSame, knowsCommit, type State } from '../state.js';

export const commitOperations: Record<string, Handler> = {
  /** A fork's commits are known only to the fork, so the base repository finds no pull request for them. */
  'repos/list-pull-requests-associated-with-commit'(call) {
    demand(call, 'read', 'contents', 'pull_requests');
    const { owner = '', repo = '', commit_sha: sha = '' } = call.params;
    const pulls = call.state.pulls.filter(
      ({ head, mergeCommitSha }) =>
        (head.sha === sha && areSame(head.repository, `${owner}/${repo}`)) ||
        (mergeCommitSha === sha && areSame(call.state.repository, `${owner}/${repo}`)),
    );
    return respondWithPage(call, pulls, (pull) => presentPull(call, pull));
  },
};

/**
 * The commit that a ref of a URL names: a commit, a branch, or a pull request's merge.
 * @throws ApiError 422 if there is none
 */
export function commitOf(state: State, ref: string): string {
  if (knowsCommit(state, ref)) return ref;
  const branch = ref.replace(/^(refs\/)?heads\//, '');
  const head = state.pulls.find(
    (pull) => pull.head.repository === state.repository && pull.head.ref === branch,
  );
  const base = state.pulls.find((pull) => pull.base.ref === branch);
  const sha = head?.head.sha ?? base?.base.sha;
  if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  return sha;
}
