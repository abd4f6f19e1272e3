import type { MasterContext } from '../context.js';
import { findAlias, findDeviceType } from '../store/device-types.js';
import { devicesOfType } from '../store/devices.js';
import { insertJob } from '../store/jobs.js';
import type { Db } from '../store/open-store.js';
import type { JobRow } from '../store/tables.js';
import { tagsByDevice } from '../store/tags.js';
import { parseDefinition, type DefinitionProblem, type JobDefinition } from './definition.js';

export type Submission =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Puts a job into the queue. All problems of the definition at once, or the job's number when it is stored. */
export async function submitJob(
  context: MasterContext,
  text: string,
  submitter: string,
): Promise<Submission> {
  const parsed = parseDefinition(text);
  if (!parsed.ok) return parsed;
  const { definition } = parsed;
  const submission = await context.store.write(async (tx, tell): Promise<Submission> => {
    const target = await findTarget(tx, definition);
    if (typeof target !== 'string') return { ok: false, problems: [target] };
    const job = newJob(definition, { text, submitter, deviceType: target, at: context.now() });
    const id = await insertJob(tx, job);
    tell({ kind: 'job', id, worker: null });
    return { ok: true, id };
  });
  if (submission.ok) {
    context.log.info({ job: submission.id, submitter, deviceType: definition.deviceType }, 'job submitted');
  }
  return submission;
}

/** The device type that is meant, by its name or an alias, when some device could ever run the job. */
async function findTarget(db: Db, definition: JobDefinition): Promise<string | DefinitionProblem> {
  const name = definition.deviceType;
  const alias = await findAlias(db, name);
  const type = await findDeviceType(db, alias?.deviceType ?? name);
  if (type === undefined || type.display === 0) {
    return { path: 'device_type', message: `there is no device type ${JSON.stringify(name)} on this master` };
  }
  const devices = (await devicesOfType(db, type.name)).filter((device) => device.health !== 'Retired');
  if (devices.length === 0) {
    return { path: 'device_type', message: `the device type ${type.name} has no devices` };
  }
  const tags = await tagsByDevice(db);
  const suitable = devices.some(({ hostname }) => {
    const has = (tags.get(hostname) ?? []).map((tag) => tag.name);
    return definition.tags.every((tag) => has.includes(tag));
  });
  if (suitable) return type.name;
  return {
    path: 'tags',
    message: `no device of type ${type.name} has all the tags ${definition.tags.join(', ')}`,
  };
}

/** The row of a job that has just been asked for. */
export function newJob(
  definition: JobDefinition,
  request: {
    readonly text: string;
    readonly submitter: string;
    readonly deviceType: string;
    readonly at: Date;
  },
): Omit<JobRow, 'id'> {
  const { queueTimeoutS } = definition;
  return {
    submitter: request.submitter,
    description: definition.name,
    definition: request.text,
    deviceType: request.deviceType,
    tags: JSON.stringify(definition.tags),
    priority: definition.priority,
    visibility: JSON.stringify(definition.visibility),
    state: 'Submitted',
    health: 'Unknown',
    healthCheck: 0,
    device: null,
    worker: null,
    submitTime: request.at.toISOString(),
    startTime: null,
    endTime: null,
    queueDeadline:
      queueTimeoutS === null ? null : new Date(request.at.getTime() + queueTimeoutS * 1000).toISOString(),
    failureComment: null,
    result: null,
    errorType: null,
    errorMessage: null,
    deviceConfig: null,
    dispatcherConfig: null,
    env: null,
    envDut: null,
    revisionId: null,
    endedAt: null,
    pipelineDescription: null,
    logLines: 0,
    logReceived: 0,
  };
}
