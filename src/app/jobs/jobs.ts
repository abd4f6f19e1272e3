/** What operators and developers do with a running master, ours or a stock LAVA. */
import { readFileSync } from 'node:fs';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import type {
  DeviceSummary,
  JobFailure,
  JobResult,
  JobsClient,
  JobSummary,
  WorkerSummary,
} from '../../lava/index.js';
import { deviceHealths, type DeviceHealth } from '../../model/index.js';
import type { LabFeedback } from '../lab/index.js';
import { followLog, type JobFeedback } from './follow.js';
import { openJobs, type MasterChoice } from './open-jobs.js';

/** A job, with the results of its tests in the order in which they were recorded. */
export interface JobWithResults extends JobSummary {
  /** Why it failed; null if it is Complete or has not ended. */
  readonly failure: JobFailure | null;
  readonly results: readonly JobResult[];
}

/**
 * Submits a job definition.
 * @param feedback.onSubmitted called with the job's ID
 * @param feedback.follow follow the job to its end. Null: return at once
 * @returns the job when it has ended; only its ID if it is not followed
 * @throws UsageError when no master is chosen, or the file is empty
 * @throws ExternalError when the file cannot be read
 * @throws RejectedJob when the master rejects the job
 */
export async function submitJob(
  file: string,
  choice: MasterChoice,
  feedback: LabFeedback & { onSubmitted(id: string): void; readonly follow: JobFeedback | null },
): Promise<{ readonly id: string; readonly job: JobWithResults | null }> {
  const client = await openJobs(choice, feedback);
  const definition = readDefinition(file);
  if (definition.trim() === '') {
    throw new UsageError(`${file} is empty`, 'Write a job definition to it, or specify another file.');
  }
  const [id = ''] = await client.submit(definition);
  feedback.onSubmitted(id);
  return { id, job: feedback.follow === null ? null : await follow(client, id, feedback.follow) };
}

/**
 * Follows a job to its end.
 * @throws UsageError
 * @throws ExternalError
 */
export async function followJob(
  id: string,
  choice: MasterChoice,
  feedback: LabFeedback & JobFeedback,
): Promise<JobWithResults> {
  return follow(await openJobs(choice, feedback), id, feedback);
}

/**
 * @throws UsageError
 * @throws ExternalError
 */
export async function showJob(
  id: string,
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<JobWithResults> {
  return report(await openJobs(choice, feedback), id);
}

/**
 * Asks the master to cancel a job.
 * @returns the job as it is now
 * @throws UsageError
 * @throws ExternalError
 */
export async function cancelJob(
  id: string,
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<JobSummary> {
  const client = await openJobs(choice, feedback);
  await client.cancel(id);
  return client.show(id);
}

/**
 * Lists every device that is not retired.
 * @throws UsageError
 * @throws ExternalError
 */
export async function listDevices(
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<readonly DeviceSummary[]> {
  const devices = await (await openJobs(choice, feedback)).devices();
  return devices.filter(({ health }) => health !== 'Retired');
}

/**
 * @param word a health in LAVA's words, in upper or lower case
 * @param reason for the log of the device
 * @returns the health that was set
 * @throws UsageError when `word` is not a health
 * @throws ExternalError
 */
export async function setDeviceHealth(
  name: string,
  word: string,
  reason: string,
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<DeviceHealth> {
  const health = deviceHealths.find((one) => one.toLowerCase() === word.toLowerCase());
  if (health === undefined) {
    throw new UsageError(`${word} is not a health`, `Specify one of: ${deviceHealths.join(', ')}.`);
  }
  await (await openJobs(choice, feedback)).setDeviceHealth(name, health, reason);
  return health;
}

/**
 * @throws UsageError
 * @throws ExternalError
 */
export async function listWorkers(
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<readonly WorkerSummary[]> {
  return (await openJobs(choice, feedback)).workers();
}

/**
 * Ends the jobs of a dispatcher that is gone for good, so that another one can act as its worker.
 * @returns the IDs of the jobs
 * @throws UsageError unless `areBoardsOff`
 * @throws ExternalError when the worker is Online
 */
export async function releaseWorker(
  name: string,
  areBoardsOff: boolean,
  choice: MasterChoice,
  feedback: LabFeedback,
): Promise<readonly string[]> {
  if (!areBoardsOff) {
    throw new UsageError(
      'a job that still runs on the old dispatcher would share its board with the next job',
      'Power off the machine of the old dispatcher and its boards, and specify --boards-are-off.',
    );
  }
  return (await openJobs(choice, feedback)).releaseWorker(name);
}

async function follow(client: JobsClient, id: string, feedback: JobFeedback): Promise<JobWithResults> {
  await followLog(client, id, feedback);
  return report(client, id);
}

async function report(client: JobsClient, id: string): Promise<JobWithResults> {
  const { job, failure, results } = await client.report(id);
  return { ...job, failure, results };
}

function readDefinition(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({ what: 'read the job', where: file, why, retry: 'after-change', cause: error });
  }
}
