import type { CommitStatus, Deployment, DeploymentStatus } from '../state.js';
import { presentAccount, presentApp } from './account.js';
import { apiUrl, nodeId, type Place } from './place.js';

export function presentStatus(place: Place, status: CommitStatus) {
  const creator = presentAccount(place, status.creator);
  return {
    url: apiUrl(place, `/statuses/${status.sha}`),
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}

export function presentDeployment(place: Place, deployment: Deployment) {
  const url = apiUrl(place, `/deployments/${deployment.id}`);
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: presentAccount(place, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: apiUrl(place),
    transient_environment: deployment.isTransient,
    production_environment: deployment.isProduction,
    performed_via_github_app: deployment.app === null ? null : presentApp(place, deployment.app),
  };
}

export function presentDeploymentStatus(place: Place, deployment: Deployment, status: DeploymentStatus) {
  const url = apiUrl(place, `/deployments/${deployment.id}`);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: presentAccount(place, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: apiUrl(place),
    performed_via_github_app: status.app === null ? null : presentApp(place, status.app),
  };
}
