import { authorOf } from '../author.js';
import { ApiError, demand, invalid, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentStatus } from '../present/deployment.js';
import { accountOf, knowsCommit, takeId, timeOf, type CommitStatus } from '../state.js';
import { commitOf } from './commits.js';

const maxDescriptionCharacters = 140;
const maxPerContext = 1000;

interface StatusBody {
  readonly state: CommitStatus['state'];
  readonly target_url?: string | null;
  readonly description?: string | null;
  readonly context?: string;
}

export const statusOperations: Record<string, Handler> = {
  'repos/create-commit-status'(call) {
    demand(call, 'write', 'statuses');
    const { sha = '' } = call.params;
    const {
      state,
      context = 'default',
      description = null,
      target_url: targetUrl = null,
    } = call.body as StatusBody;
    if (!knowsCommit(call.state, sha)) throw new ApiError(422, `No commit found for SHA: ${sha}`);
    checkDescription('Status', description);
    const others = call.state.statuses.filter((other) => other.sha === sha && other.context === context);
    if (others.length >= maxPerContext)
      throw invalid({
        resource: 'Status',
        code: 'custom',
        message: `This SHA and context has reached the maximum number of statuses.`,
      });
    const { author, type } = authorOf(call);
    const status: CommitStatus = {
      id: takeId(call.state),
      sha,
      state,
      context,
      description,
      targetUrl,
      creator: accountOf(call.state, author, type),
      createdAt: timeOf(call.state),
    };
    call.state.statuses.push(status);
    return { status: 201, body: presentStatus(call, status) };
  },
  'repos/list-commit-statuses-for-ref'(call) {
    demand(call, 'read', 'statuses');
    const sha = commitOf(call.state, call.params['ref'] ?? '');
    const statuses = call.state.statuses.filter((status) => status.sha === sha).reverse();
    return respondWithPage(call, statuses, (status) => presentStatus(call, status));
  },
};

/** @throws ApiError 422 if it is longer than GitHub stores */
export function checkDescription(resource: string, description: string | null): void {
  if ((description ?? '').length <= maxDescriptionCharacters) return;
  const message = `description is too long (maximum is ${maxDescriptionCharacters} characters)`;
  throw invalid({ resource, field: 'description', code: 'custom', message });
}
