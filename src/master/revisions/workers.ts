import type { WorkerHealth } from '../../model/index.js';
import { parseCertificate } from '../../wire/index.js';
import { unfinishedJobsOfWorker } from '../store/jobs/jobs.js';
import type { Worker } from '../store/values.js';
import { deleteWorker, findWorker, findWorkerOfKey, saveWorker } from '../store/configuration/workers.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

function newWorker(hostname: string, { revisionId, at }: Application): Worker {
  return {
    hostname,
    description: null,
    health: 'Active',
    state: 'Offline',
    version: null,
    lastPing: at,
    jobLimit: 0,
    env: null,
    envDut: null,
    dispatcherConfig: null,
    certificate: null,
    publicKey: null,
    agent: null,
    conflict: null,
    maintenanceWindows: [],
    revisionId,
  };
}

/** Clears the keys that are about to change, because a revision may move a key from one worker to another. */
export async function forgetKeys(
  application: Application,
  changes: readonly RequestedChange[],
): Promise<void> {
  for (const change of changes) {
    if (change.kind !== 'worker' || !('certificate' in change.fields)) continue;
    const worker = await findWorker(application.tx, change.name);
    if (worker !== undefined) await saveWorker(application.tx, { ...worker, publicKey: null });
  }
}

/**
 * A revision changes only what it specifies. Unlike an operator, it does not change the health of the devices when it
 * changes the health of a worker, so that the next plan reports no changes.
 */
export async function applyWorker(application: Application, change: RequestedChange): Promise<string | null> {
  const { tx, revisionId } = application;
  const { name: hostname } = change;
  const found = await findWorker(tx, hostname);
  const problem = presenceProblem(application, change, found !== undefined);
  if (problem !== null) return problem;
  const present = found ?? newWorker(hostname, application);
  const certificate = wanted(change, 'certificate', present.certificate);
  const publicKey = certificate === null ? null : parseCertificate(certificate).publicKey;
  const owner = publicKey === null ? undefined : await findWorkerOfKey(tx, publicKey);
  if (owner !== undefined && owner.hostname !== hostname) {
    return `its certificate has the key of the worker ${owner.hostname}; each worker needs its own key`;
  }
  const health: WorkerHealth =
    change.verb === 'retire' ? 'Retired' : wanted(change, 'health', present.health);
  await saveWorker(tx, {
    ...present,
    description: wanted(change, 'description', present.description),
    health,
    jobLimit: wanted(change, 'jobLimit', present.jobLimit),
    env: wanted(change, 'env', present.env),
    envDut: wanted(change, 'envDut', present.envDut),
    dispatcherConfig: wanted(change, 'dispatcherConfig', present.dispatcherConfig),
    certificate,
    publicKey,
    maintenanceWindows: wanted(change, 'maintenanceWindows', present.maintenanceWindows),
    revisionId,
  });
  return null;
}

/** The worker's devices remain, without a worker, as on LAVA. */
export async function deleteOneWorker(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx } = application;
  const { name: hostname } = change;
  const problem = presenceProblem(application, change, (await findWorker(tx, hostname)) !== undefined);
  if (problem !== null) return problem;
  const [job] = await unfinishedJobsOfWorker(tx, hostname);
  if (job !== undefined)
    return `its job ${job.id} is not finished; cancel the job, or retire the worker instead`;
  await deleteWorker(tx, hostname);
  return null;
}
