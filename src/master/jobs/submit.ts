import type { MasterContext } from '../context.js';
import { insertJob, type NewJob } from '../store/jobs/jobs.js';
import type { ReaderClient } from '../reading/reader.js';
import { checkReferences } from './references.js';
import type { DefinitionProblem, JobDefinition } from './definition.js';

export type Submission =
  | { readonly ok: true; readonly id: number }
  | {
      readonly ok: false;
      readonly problems: readonly DefinitionProblem[];
      /** The definition is valid, but no device can run it. */
      readonly isUnavailable: boolean;
    };

/**
 * Adds a job to the queue.
 * @returns the ID of the stored job, or all problems of the definition
 * @throws ReaderBusy
 */
export async function submitJob(
  context: MasterContext,
  text: string,
  submitter: string,
  client: ReaderClient = { client: `user ${submitter}`, isGuest: false },
): Promise<Submission> {
  const { reader, extraContextVariables } = context;
  const parsed = await reader.definition(text, { extraContextVariables }, client);
  if (!parsed.ok) return { ...parsed, isUnavailable: false };
  const { definition } = parsed;
  const submission = await context.store.write(async (tx, tell): Promise<Submission> => {
    const { deviceType, deviceProblems, otherProblems } = await checkReferences(tx, definition);
    const problems = [...deviceProblems, ...otherProblems];
    if (problems.length > 0) return { ok: false, problems, isUnavailable: otherProblems.length === 0 };
    const job = newJob(definition, { text, submitter, deviceType, at: context.now() });
    const id = await insertJob(tx, job);
    tell({ kind: 'job', id, worker: null });
    return { ok: true, id };
  });
  if (submission.ok) {
    context.log.info({ job: submission.id, submitter, deviceType: definition.deviceType }, 'job submitted');
  }
  return submission;
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
  const { queueTimeoutS, timeoutS } = definition;
  return {
    submitter: request.submitter,
    description: definition.name,
    definition: request.text,
    deviceType: request.deviceType,
    tags: definition.tags,
    priority: definition.priority,
    visibility: definition.visibility,
    timeoutS,
    submitTime: request.at,
    queueDeadline: queueTimeoutS === null ? null : new Date(request.at.getTime() + queueTimeoutS * 1000),
  };
}
