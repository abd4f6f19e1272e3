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
 * The commit that a ref of a URL names: a commit or a branch.
 * @throws ApiError 422 if there is none
 */
export function commitOf(state: State, ref: string): string {
  const sha = knowsCommit(state, ref) ? ref : headOf(state, ref.replace(/^(refs\/)?heads\//, ''));
  if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  return sha;
}

/** The newest commit of a branch of this repository. */
export function headOf(state: State, branch: string): string | undefined {
  return (
    state.branches.get(branch) ??
    state.pulls.find(({ head }) => head.repository === state.repository && head.ref === branch)?.head.sha ??
    state.pulls.find(({ base }) => base.ref === branch)?.base.sha
  );
}
