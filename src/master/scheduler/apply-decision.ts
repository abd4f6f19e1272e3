import type { MasterEvent } from '../events/index.js';
import { formatProblem } from '../../job/index.js';
import type { JobDefinition } from '../jobs/definition.js';
import { finishJob } from '../jobs/finish.js';
import { newJob } from '../jobs/submit.js';
import type { DeviceRenderer } from '../render/device-renderer.js';
import { findDevice, updateDevice } from '../store/configuration/devices.js';
import { findJob, findJobSummary, insertJob, updateJob } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { latestRevision } from '../store/configuration/revisions.js';
import { findHealthCheck } from '../store/configuration/templates.js';
import type { Device } from '../store/values.js';
import { findWorker } from '../store/configuration/workers.js';
import type { Decision } from '../../scheduling/index.js';
import type { CheckTimeouts } from './check-timeouts.js';
import type { Definitions } from './definitions.js';
import type { LoadedState } from './load-state.js';

/** The submitter of health checks, as on LAVA. */
const healthCheckUser = 'lava-health';

export interface DecisionContext {
  readonly tx: Tx;
  readonly renderer: DeviceRenderer;
  readonly now: Date;
  readonly definitions: Definitions;
  readonly timeouts: CheckTimeouts;
  /** What the decision is based on, by hostname. */
  readonly devices: LoadedState['devices'];
}

/**
 * Writes a decision. A device whose configuration LAVA would reject, or whose health check is not a valid job, becomes
 * Bad, with the reason; the job stays in the queue for another device. Returns the events to emit after the commit.
 */
export async function applyDecision(context: DecisionContext, decision: Decision): Promise<MasterEvent[]> {
  switch (decision.kind) {
    case 'expire':
      return expire(context, decision.job);
    case 'job':
      return startJob(context, decision.job, decision.device);
    case 'health-check':
      return startHealthCheck(context, decision.device);
  }
}

async function expire({ tx, now }: DecisionContext, id: number): Promise<MasterEvent[]> {
  const job = await findJobSummary(tx, id);
  if (job?.state !== 'Submitted') return [];
  const failureComment = 'No device became free within the queue timeout (timeouts.queue).';
  await finishJob(tx, job, { health: 'Canceled', isReported: false, failureComment }, now);
  return [{ kind: 'job', id, worker: null }];
}

async function startJob(context: DecisionContext, id: number, hostname: string): Promise<MasterEvent[]> {
  const { tx, renderer, definitions } = context;
  const job = await findJob(tx, id);
  const device = await findDevice(tx, hostname);
  if (job === undefined || device === undefined) return [];
  const parsed = definitions.find(job.definition, null);
  // The next pass starts it.
  if (parsed === null) return [];
  if (!parsed.ok) {
    // The definition was valid for the version of lavaflow that accepted it.
    const failureComment = `The definition is not valid: ${parsed.problems.map(formatProblem).join('; ')}`;
    const outcome = { health: 'Incomplete', isReported: false, errorType: 'Job', failureComment } as const;
    await finishJob(tx, job, outcome, context.now);
    return [{ kind: 'job', id, worker: null }];
  }
  const invalid = await renderer.whyInvalid(tx, device);
  if (invalid !== null) return turnBad(context, device, invalid);
  const rendered = await renderer.render(tx, device, parsed.definition.context);
  if (!rendered.ok) return turnBad(context, device, rendered.problem);
  await updateJob(tx, id, { state: 'Scheduled', ...(await reservation(context, device, rendered.text)) });
  await updateDevice(tx, hostname, { lastJob: id });
  return [{ kind: 'job', id, worker: device.worker }];
}

async function startHealthCheck(context: DecisionContext, hostname: string): Promise<MasterEvent[]> {
  const { tx, renderer, now, definitions } = context;
  const device = await findDevice(tx, hostname);
  if (device?.extendsTemplate == null) return [];
  const check = await findHealthCheck(tx, device.extendsTemplate);
  if (check === undefined) return [];
  const invalid = await renderer.whyInvalid(tx, device);
  if (invalid !== null) return turnBad(context, device, invalid);
  const parsed = definitions.find(check.job, device.deviceType);
  if (parsed === null) return [];
  if (!parsed.ok) {
    const problems = parsed.problems.map(formatProblem).join('; ');
    return turnBad(context, device, `its health check is not a valid job: ${problems}`);
  }
  if (isTooLong(context, hostname, parsed.definition)) return [];
  const rendered = await renderer.render(tx, device, parsed.definition.context);
  if (!rendered.ok) return turnBad(context, device, rendered.problem);
  const definition: JobDefinition = { ...parsed.definition, queueTimeoutS: null };
  const id = await insertJob(tx, {
    ...newJob(definition, {
      text: check.job,
      submitter: healthCheckUser,
      deviceType: device.deviceType,
      at: now,
    }),
    healthCheck: true,
    state: 'Scheduled',
    ...(await reservation(context, device, rendered.text)),
  });
  await updateDevice(tx, hostname, { lastJob: id });
  return [{ kind: 'job', id, worker: device.worker }];
}

/** Whether a health check, whose length is known only now, would not end before the next maintenance window. */
function isTooLong(
  { devices, timeouts, now }: DecisionContext,
  hostname: string,
  { timeoutS }: JobDefinition,
): boolean {
  const { drain = null, healthCheck = null } = devices.get(hostname) ?? {};
  if (drain === null || healthCheck === null) return false;
  timeouts.learn(healthCheck, timeoutS * 1000);
  return now.getTime() + timeoutS * 1000 > drain.startMs;
}

/** What is stored with a job when it is scheduled: the contents of its START message, and the current revision. */
async function reservation({ tx }: DecisionContext, device: Device, deviceConfig: string) {
  const worker = device.worker === null ? undefined : await findWorker(tx, device.worker);
  return {
    device: device.hostname,
    worker: device.worker,
    waitsFor: null,
    deviceConfig,
    dispatcherConfig: worker?.dispatcherConfig ?? null,
    env: worker?.env ?? null,
    envDut: worker?.envDut ?? null,
    revisionId: (await latestRevision(tx))?.id ?? null,
  };
}

async function turnBad({ tx }: DecisionContext, device: Device, reason: string): Promise<MasterEvent[]> {
  await updateDevice(tx, device.hostname, { health: 'Bad', healthReason: reason.slice(0, 2000) });
  return [{ kind: 'device', hostname: device.hostname }];
}
