import { addPull } from '../add.js';
import { authorOf } from '../author.js';
import { ApiError, demand, invalid, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentPull, presentPullDetails, presentReview } from '../present/pull.js';
import { actionsAppId, areSame, type Pull } from '../state.js';
import { headOf } from './commits.js';

interface PullBody {
  readonly title?: string;
  readonly body?: string;
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean;
}

export const pullOperations: Record<string, Handler> = {
  /** From a branch of the repository itself. */
  'pulls/create'(call) {
    demand(call, 'write', 'pull_requests');
    const { state, actor } = call;
    if (actor.kind === 'installation' && actor.app.id === actionsAppId && !state.actionsMayCreatePulls)
      throw new ApiError(403, 'GitHub Actions is not permitted to create or approve pull requests.');
    const { title, body = null, head, base, draft = false } = call.body as PullBody;
    const owner = state.repository.split('/')[0] ?? '';
    const from = head.startsWith(`${owner}:`) ? head.slice(owner.length + 1) : head;
    const ends = { head: headOf(state, from), base: headOf(state, base) };
    if (title === undefined || title === '')
      throw invalid({ resource: 'PullRequest', field: 'title', code: 'missing_field' });
    for (const field of ['head', 'base'] as const)
      if (ends[field] === undefined) throw invalid({ resource: 'PullRequest', field, code: 'invalid' });
    const { head: sha = '', base: baseSha = '' } = ends;
    if (sha === baseSha) throw refused(`No commits between ${base} and ${from}`);
    const isSame = (pull: Pull) => labelOf(pull) === `${owner}:${from}` && pull.base.ref === base;
    if (state.pulls.some((pull) => stateOf(call, pull) === 'open' && isSame(pull)))
      throw refused(`A pull request already exists for ${owner}:${from}.`);
    const pull = addPull(state, {
      ...authorOf(call),
      title,
      body,
      draft,
      head: { sha, ref: from },
      base: { sha: baseSha, ref: base },
    });
    return { status: 201, body: presentPullDetails(call, pull) };
  },
  'pulls/get'(call) {
    demand(call, 'read', 'pull_requests');
    return { status: 200, body: presentPullDetails(call, findPull(call)) };
  },
  'pulls/list'(call) {
    demand(call, 'read', 'pull_requests');
    const { state = 'open', head, base, sort = 'created', direction } = call.query;
    const pulls = call.state.pulls.filter(
      (pull) =>
        (state === 'all' || stateOf(call, pull) === state) &&
        // Without an owner, GitHub ignores it.
        (head === undefined || !head.includes(':') || areSame(head, labelOf(pull))) &&
        (base === undefined || pull.base.ref === base),
    );
    const ascending = (direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'asc';
    pulls.sort((a, b) => (ascending ? a.number - b.number : b.number - a.number));
    return respondWithPage(call, pulls, (pull) => presentPull(call, pull));
  },
  'pulls/list-reviews'(call) {
    demand(call, 'read', 'pull_requests');
    const { number } = findPull(call);
    const { actor } = call;
    const reviews = call.state.reviews.filter(
      ({ pull, state, author }) =>
        pull === number &&
        // Only its author sees a review that is not yet submitted.
        (state !== 'PENDING' || (actor.kind === 'user' && areSame(actor.login, author.login))),
    );
    return respondWithPage(call, reviews, (review) => presentReview(call, review));
  },
};

function refused(message: string): ApiError {
  return invalid({ resource: 'PullRequest', code: 'custom', message });
}

function findPull(call: Call): Pull {
  const number = Number(call.params['pull_number']);
  const pull = call.state.pulls.find((candidate) => candidate.number === number);
  if (pull === undefined) throw notFound();
  return pull;
}

function stateOf(call: Call, { number }: Pull): string | undefined {
  return call.state.issues.find((issue) => issue.number === number)?.state;
}

function labelOf({ head }: Pull): string {
  return `${head.repository.split('/')[0] ?? ''}:${head.ref}`;
}
