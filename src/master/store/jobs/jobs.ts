import type { JobHealth, JobState } from '../../states.js';
import { fromColumns, toChangedColumns, toColumns } from '../database/columns.js';
import { nextId } from '../database/counters.js';
import { jobEncodings } from '../database/encodings.js';
import { isHolding } from '../database/holding.js';
import type { Listing } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { Job } from '../values.js';

/** Everything except the large texts. */
const summaryColumns = [
  'jobs.id',
  'jobs.submitter',
  'jobs.description',
  'jobs.deviceType',
  'jobs.tags',
  'jobs.priority',
  'jobs.visibility',
  'jobs.state',
  'jobs.health',
  'jobs.healthCheck',
  'jobs.device',
  'jobs.worker',
  'jobs.submitTime',
  'jobs.startTime',
  'jobs.endTime',
  'jobs.queueDeadline',
  'jobs.timeoutS',
  'jobs.waitsFor',
  'jobs.failureComment',
  'jobs.result',
  'jobs.errorType',
  'jobs.errorMessage',
  'jobs.isReported',
  'jobs.revisionId',
  'jobs.endedAt',
  'jobs.logLines',
  'jobs.logReceived',
  'jobs.resultCount',
] as const;

export type JobSummary = Omit<
  Job,
  'definition' | 'deviceConfig' | 'dispatcherConfig' | 'env' | 'envDut' | 'pipelineDescription'
>;

/** A job as in lists: with its definition and the revision for which it was scheduled. */
export interface ListedJob extends JobSummary {
  readonly definition: string;
  /** Null until it is scheduled. */
  readonly revision: string | null;
}

function valueOf<R extends object>(row: R) {
  return fromColumns<Job, R>(row, jobEncodings);
}

export async function findJob(db: Db, id: number): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

export async function findJobSummary(db: Db, id: number): Promise<JobSummary | undefined> {
  const row = await db.selectFrom('jobs').select(summaryColumns).where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

/** The data of a job at its submission; a health check is scheduled immediately. */
export type NewJob = Pick<
  Job,
  | 'submitter'
  | 'description'
  | 'definition'
  | 'deviceType'
  | 'tags'
  | 'priority'
  | 'visibility'
  | 'submitTime'
  | 'queueDeadline'
  | 'timeoutS'
> &
  Partial<Omit<Job, 'id'>>;

const untouched = {
  state: 'Submitted',
  health: 'Unknown',
  healthCheck: false,
  waitsFor: null,
  device: null,
  worker: null,
  startTime: null,
  endTime: null,
  failureComment: null,
  result: null,
  errorType: null,
  errorMessage: null,
  isReported: true,
  deviceConfig: null,
  dispatcherConfig: null,
  env: null,
  envDut: null,
  revisionId: null,
  endedAt: null,
  pipelineDescription: null,
  logLines: 0,
  logReceived: 0,
  resultCount: 0,
} as const satisfies Partial<Job>;

/** Stores a job. @returns its ID */
export async function insertJob(tx: Tx, job: NewJob): Promise<number> {
  const id = await nextId(tx, 'jobs');
  const row = toColumns<Job>({ ...untouched, ...job, id }, jobEncodings);
  await tx.insertInto('jobs').values(row).execute();
  return id;
}

export async function updateJob(tx: Tx, id: number, change: Partial<Omit<Job, 'id'>>): Promise<void> {
  await tx.updateTable('jobs').set(columnsOf(change)).where('id', '=', id).execute();
}

/** Sets what submitted jobs wait for. */
export async function setWaits(tx: Tx, ids: readonly number[], waitsFor: string | null): Promise<void> {
  // A statement has a limited number of parameters.
  for (let start = 0; start < ids.length; start += 500) {
    const some = ids.slice(start, start + 500);
    await tx.updateTable('jobs').set({ waitsFor }).where('id', 'in', some).execute();
  }
}

/** Updates the jobs that wait for a device of a type. */
export async function updateQueuedJobs(
  tx: Tx,
  deviceType: string,
  change: Partial<Omit<Job, 'id'>>,
): Promise<void> {
  await tx
    .updateTable('jobs')
    .set(columnsOf(change))
    .where('state', '=', 'Submitted')
    .where('deviceType', '=', deviceType)
    .execute();
}

function columnsOf(change: Partial<Omit<Job, 'id'>>) {
  return toChangedColumns<Job>(change, jobEncodings);
}

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly health?: JobHealth | undefined;
  readonly deviceTypes?: readonly string[] | undefined;
  readonly device?: string | undefined;
  readonly submitter?: string | undefined;
  readonly healthCheck?: boolean | undefined;
  /** Selects jobs that ended at this time or later. */
  readonly endedSince?: Date | undefined;
}

function filtered(db: Db, filter: JobFilter) {
  const { state, health, deviceTypes, device, submitter, healthCheck, endedSince } = filter;
  let query = db.selectFrom('jobs').leftJoin('revisions', 'revisions.id', 'jobs.revisionId');
  if (state !== undefined) query = query.where('jobs.state', '=', state);
  if (health !== undefined) query = query.where('jobs.health', '=', health);
  if (device !== undefined) query = query.where('jobs.device', '=', device);
  if (submitter !== undefined) query = query.where('jobs.submitter', '=', submitter);
  if (healthCheck !== undefined) query = query.where('jobs.healthCheck', '=', healthCheck ? 1 : 0);
  if (endedSince !== undefined) query = query.where('jobs.endTime', '>=', endedSince.toISOString());
  if (deviceTypes !== undefined) query = query.where('jobs.deviceType', 'in', deviceTypes);
  return query;
}

function listed(db: Db, filter: JobFilter) {
  return filtered(db, filter).select([...summaryColumns, 'jobs.definition', 'revisions.revision']);
}

/** The start and length of a page of jobs, and whether the oldest (`asc`) or the newest job comes first. */
export interface JobPage {
  readonly offset: number;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

export async function listJobs(db: Db, filter: JobFilter, page: JobPage): Promise<ListedJob[]> {
  const rows = await listed(db, filter)
    .orderBy('jobs.id', page.order)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(valueOf);
}

/** Reads a page of jobs, and the number of all matching jobs. */
export async function pageJobs(db: Db, filter: JobFilter, page: JobPage): Promise<Listing<ListedJob>> {
  const { count } = await filtered(db, filter)
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { count: Number(count), items: await listJobs(db, filter, page) };
}

export async function findListedJob(db: Db, id: number): Promise<ListedJob | undefined> {
  const row = await listed(db, {}).where('jobs.id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

/** Returns the ID of the job that holds a device. */
export async function holdingJob(db: Db, device: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select('id')
    .where('device', '=', device)
    .where(isHolding('jobs.state'))
    .executeTakeFirst();
  return row?.id;
}

/** Returns the jobs whose process has ended and whose result has not arrived. */
export async function jobsWithoutResult(
  db: Db,
): Promise<readonly { readonly id: number; readonly worker: string | null; readonly endedAt: Date }[]> {
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'worker', 'endedAt'])
    .where(isHolding('jobs.state'))
    .where('endedAt', 'is not', null)
    .$narrowType<{ endedAt: string }>()
    .execute();
  return rows.map((row) => ({ ...row, endedAt: new Date(row.endedAt) }));
}

export async function queuedJobs(db: Db): Promise<JobSummary[]> {
  const rows = await db
    .selectFrom('jobs')
    .select(summaryColumns)
    .where('state', '=', 'Submitted')
    .orderBy('priority', 'desc')
    .orderBy('submitTime')
    .orderBy('id')
    .execute();
  return rows.map(valueOf);
}

/** Returns the unfinished jobs of a worker, with the contents of their START messages. */
export async function unfinishedJobsOfWorker(db: Db, worker: string): Promise<Job[]> {
  const rows = await db
    .selectFrom('jobs')
    .selectAll()
    .where('worker', '=', worker)
    .where(isHolding('jobs.state'))
    .orderBy('id')
    .execute();
  return rows.map(valueOf);
}
