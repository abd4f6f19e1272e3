import type { MasterContext } from '../context.js';
import { findAlias } from '../store/configuration/aliases.js';
import { findDeviceType } from '../store/configuration/device-types.js';
import { countDevices } from '../store/configuration/devices.js';
import { insertJob, type NewJob } from '../store/jobs/jobs.js';
import type { Db } from '../store/open-store.js';
import { parseDefinition, type DefinitionProblem, type JobDefinition } from './definition.js';

export type Submission =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Adds a job to the queue. @returns the ID of the stored job, or all problems of the definition */
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

/** Resolves an alias and checks that at least one device could run the job. @returns the name of the device type */
async function findTarget(db: Db, definition: JobDefinition): Promise<string | DefinitionProblem> {
  const name = definition.deviceType;
  const alias = await findAlias(db, name);
  const type = await findDeviceType(db, alias?.deviceType ?? name);
  if (type === undefined || !type.display) {
    return {
      path: 'device_type',
      message: `the device type ${JSON.stringify(name)} does not exist on this master`,
    };
  }
  if ((await countDevices(db, type.name, [])) === 0) {
    return { path: 'device_type', message: `the device type ${type.name} has no devices` };
  }
  if ((await countDevices(db, type.name, definition.tags)) > 0) return type.name;
  return {
    path: 'tags',
    message: `no device of type ${type.name} has all the tags ${definition.tags.join(', ')}`,
  };
}

/** A job that was just requested. */
export function newJob(
  definition: JobDefinition,
  request: {
    readonly text: string;
    readonly submitter: string;
    readonly deviceType: string;
    readonly at: Date;
  },
): NewJob {
  const { queueTimeoutS } = definition;
  return {
    submitter: request.submitter,
    description: definition.name,
    definition: request.text,
    deviceType: request.deviceType,
    tags: definition.tags,
    priority: definition.priority,
    visibility: definition.visibility,
    submitTime: request.at,
    queueDeadline: queueTimeoutS === null ? null : new Date(request.at.getTime() + queueTimeoutS * 1000),
  };
}
