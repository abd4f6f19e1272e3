import { demand, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentPull, presentPullDetails, presentReview } from '../present/pull.js';
import { areSame, type Pull } from '../state.js';

export const pullOperations: Record<string, Handler> = {
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
