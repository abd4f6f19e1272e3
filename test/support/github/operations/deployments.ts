import { authorOf } from '../author.js';
import { ApiError, demand, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentDeployment, presentDeploymentStatus } from '../present/deployment.js';
import { accountOf, takeId, timeOf, type Deployment, type DeploymentStatus, type State } from '../state.js';
import { commitOf } from './commits.js';
import { checkDescription } from './statuses.js';

interface DeploymentBody {
  readonly ref: string;
  readonly task?: string;
  readonly required_contexts?: readonly string[];
  readonly payload?: unknown;
  readonly environment?: string;
  readonly description?: string | null;
  readonly transient_environment?: boolean;
  readonly production_environment?: boolean;
}

interface StatusBody {
  readonly state: string;
  readonly description?: string;
  readonly log_url?: string;
  readonly target_url?: string;
  readonly environment_url?: string;
  readonly auto_inactive?: boolean;
}

export const deploymentOperations: Record<string, Handler> = {
  'repos/create-deployment'(call) {
    demand(call, 'write', 'deployments');
    const body = call.body as DeploymentBody;
    const sha = commitOf(call.state, body.ref);
    const failing = unsuccessful(call.state, sha, body.required_contexts);
    if (failing.length > 0) throw new ApiError(409, `Conflict: Commit status checks failed for ${body.ref}`);
    const { environment = 'production' } = body;
    const deployment: Deployment = {
      id: takeId(call.state),
      sha,
      ref: body.ref,
      task: body.task ?? 'deploy',
      environment,
      description: body.description ?? null,
      payload: body.payload ?? {},
      isTransient: body.transient_environment ?? false,
      isProduction: body.production_environment ?? environment === 'production',
      ...writerOf(call),
      createdAt: timeOf(call.state),
      statuses: [],
    };
    call.state.deployments.push(deployment);
    return { status: 201, body: presentDeployment(call, deployment) };
  },
  'repos/list-deployments'(call) {
    demand(call, 'read', 'deployments');
    const { sha, ref, task, environment } = call.query;
    const is = (value: string, wanted: string | undefined) => [undefined, 'none', value].includes(wanted);
    const deployments = call.state.deployments
      .filter(
        (deployment) =>
          is(deployment.sha, sha) &&
          is(deployment.ref, ref) &&
          is(deployment.task, task) &&
          is(deployment.environment, environment),
      )
      .reverse();
    return respondWithPage(call, deployments, (deployment) => presentDeployment(call, deployment));
  },
  'repos/create-deployment-status'(call) {
    demand(call, 'write', 'deployments');
    const deployment = findDeployment(call);
    const body = call.body as StatusBody;
    checkDescription('DeploymentStatus', body.description ?? null);
    const status = addStatus(call, deployment, body);
    if (body.state === 'success' && body.auto_inactive !== false) endOthers(call, deployment);
    return { status: 201, body: presentDeploymentStatus(call, deployment, status) };
  },
  'repos/list-deployment-statuses'(call) {
    demand(call, 'read', 'deployments');
    const deployment = findDeployment(call);
    return respondWithPage(call, deployment.statuses.toReversed(), (status) =>
      presentDeploymentStatus(call, deployment, status),
    );
  },
};

/**
 * What keeps a commit from being deployed: by default every status and check that is not successful, among them a
 * check that is still in progress, such as that of the workflow that deploys.
 */
function unsuccessful(state: State, sha: string, contexts: readonly string[] | undefined): string[] {
  const latest = new Map<string, boolean>();
  for (const status of state.statuses)
    if (status.sha === sha) latest.set(status.context, status.state === 'success');
  for (const run of state.checkRuns)
    if (run.headSha === sha)
      latest.set(run.name, ['success', 'neutral', 'skipped'].includes(run.conclusion ?? ''));
  return (contexts ?? [...latest.keys()]).filter((context) => latest.get(context) !== true);
}

function writerOf(call: Call): Pick<Deployment, 'creator' | 'app'> {
  const { author, type, app } = authorOf(call);
  return { creator: accountOf(call.state, author, type), app };
}

function addStatus(call: Call, deployment: Deployment, body: StatusBody): DeploymentStatus {
  const status: DeploymentStatus = {
    id: takeId(call.state),
    state: body.state,
    description: body.description ?? '',
    logUrl: body.log_url ?? body.target_url ?? '',
    environmentUrl: body.environment_url ?? '',
    ...writerOf(call),
    createdAt: timeOf(call.state),
  };
  deployment.statuses.push(status);
  return status;
}

/** A success makes earlier deployments to the same place inactive, unless it is transient or in production. */
function endOthers(call: Call, { id, environment }: Deployment): void {
  for (const other of call.state.deployments) {
    const isCurrent = other.statuses.at(-1)?.state === 'success';
    if (other.id >= id || other.environment !== environment || !isCurrent) continue;
    if (!other.isTransient && !other.isProduction) addStatus(call, other, { state: 'inactive' });
  }
}

function findDeployment({ state, params }: Call): Deployment {
  const id = Number(params['deployment_id']);
  const deployment = state.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) throw notFound();
  return deployment;
}
