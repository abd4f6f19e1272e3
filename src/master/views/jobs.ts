import { readLogLines } from '../store/jobs/job-logs.js';
import * as store from '../store/jobs/jobs.js';
import type { Listing } from '../store/listing.js';
import type { Db } from '../store/open-store.js';
import { tagsOfNames } from '../store/configuration/tags.js';
import type { Job } from '../store/values.js';

export { findSuite as showSuite, listSuites, listTestCases } from '../store/jobs/results.js';
export type { TestCaseField } from '../store/jobs/results.js';
export type { TestCase } from '../store/values.js';
export type { JobFilter } from '../store/jobs/jobs.js';

export interface JobView extends store.ListedJob {
  /** The IDs of its tags, except of tags that no device has had yet. */
  readonly tagIds: readonly number[];
}

export async function listJobs(
  db: Db,
  filter: store.JobFilter,
  page: store.JobPage,
): Promise<readonly JobView[]> {
  return withTagIds(db, await store.listJobs(db, filter, page));
}

export async function pageJobs(
  db: Db,
  filter: store.JobFilter,
  page: store.JobPage,
): Promise<Listing<JobView>> {
  const { count, items } = await store.pageJobs(db, filter, page);
  return { count, items: await withTagIds(db, items) };
}

export async function showJob(db: Db, id: number): Promise<JobView | undefined> {
  const job = await store.findListedJob(db, id);
  return job === undefined ? undefined : (await withTagIds(db, [job]))[0];
}

async function withTagIds(db: Db, jobs: readonly store.ListedJob[]): Promise<JobView[]> {
  const tags = await tagsOfNames(
    db,
    jobs.flatMap((job) => job.tags),
  );
  return jobs.map((job) => ({ ...job, tagIds: job.tags.flatMap((name) => tags.get(name)?.id ?? []) }));
}

export async function jobExists(db: Db, id: number): Promise<boolean> {
  return (await store.findJobSummary(db, id)) !== undefined;
}

export async function definitionOf(db: Db, id: number): Promise<string | undefined> {
  return (await store.findJob(db, id))?.definition;
}

/** The contents of a job's START message; everything except the definition is null until the job is scheduled. */
export type JobConfiguration = Pick<
  Job,
  'definition' | 'startTime' | 'deviceConfig' | 'dispatcherConfig' | 'env' | 'envDut'
>;

export async function showJobConfiguration(db: Db, id: number): Promise<JobConfiguration | undefined> {
  return store.findJob(db, id);
}

export interface JobLog {
  /** Whether the log is complete. */
  readonly isFinished: boolean;
  /** In chunks, so that logs of any length need bounded memory. */
  readonly pieces: AsyncIterable<readonly string[]>;
}

/**
 * Reads the lines from `start` (counted from 0) up to, but not including, `end` of the log of a job.
 * @param end null: up to the last line that is stored now
 * @returns undefined if the job does not exist
 */
export async function readLog(
  db: Db,
  id: number,
  start: number,
  end: number | null,
): Promise<JobLog | undefined> {
  const job = await store.findJobSummary(db, id);
  if (job === undefined) return undefined;
  const last = Math.min(end ?? job.logLines, job.logLines);
  return { isFinished: job.state === 'Finished', pieces: readLogLines(db, id, start, last) };
}
