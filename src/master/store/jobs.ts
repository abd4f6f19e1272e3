import { holdingStates, type JobHealth, type JobState } from '../states.js';
import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { JobRow } from './tables.js';

/** What lists of jobs show: everything but the large texts. */
const jobSummaryColumns = [
  'id',
  'submitter',
  'description',
  'deviceType',
  'tags',
  'priority',
  'visibility',
  'state',
  'health',
  'healthCheck',
  'device',
  'worker',
  'submitTime',
  'startTime',
  'endTime',
  'queueDeadline',
  'failureComment',
  'result',
  'errorType',
  'errorMessage',
  'revisionId',
  'endedAt',
  'logLines',
  'logReceived',
] as const satisfies readonly (keyof JobRow)[];

export type JobSummary = Pick<JobRow, (typeof jobSummaryColumns)[number]>;

export async function findJob(db: Db, id: number): Promise<JobRow | undefined> {
  return db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findJobSummary(db: Db, id: number): Promise<JobSummary | undefined> {
  return db.selectFrom('jobs').select(jobSummaryColumns).where('id', '=', id).executeTakeFirst();
}

export async function insertJob(tx: Tx, job: Omit<JobRow, 'id'>): Promise<number> {
  const id = await nextId(tx, 'jobs');
  await tx
    .insertInto('jobs')
    .values({ id, ...job })
    .execute();
  return id;
}

export async function updateJob(tx: Tx, id: number, change: Partial<Omit<JobRow, 'id'>>): Promise<void> {
  await tx.updateTable('jobs').set(change).where('id', '=', id).execute();
}

export interface JobFilter {
  readonly state?: JobState;
  readonly health?: JobHealth;
  readonly deviceTypes?: readonly string[];
  readonly device?: string;
  readonly submitter?: string;
  readonly healthCheck?: boolean;
  /** ISO 8601: jobs that ended at or after this moment. */
  readonly endedSince?: string;
}

function filtered(db: Db, filter: JobFilter) {
  let query = db.selectFrom('jobs');
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.health !== undefined) query = query.where('health', '=', filter.health);
  if (filter.device !== undefined) query = query.where('device', '=', filter.device);
  if (filter.submitter !== undefined) query = query.where('submitter', '=', filter.submitter);
  if (filter.healthCheck !== undefined) query = query.where('healthCheck', '=', filter.healthCheck ? 1 : 0);
  if (filter.endedSince !== undefined) query = query.where('endTime', '>=', filter.endedSince);
  if (filter.deviceTypes !== undefined) query = query.where('deviceType', 'in', filter.deviceTypes);
  return query;
}

export async function listJobs(
  db: Db,
  filter: JobFilter,
  page: { readonly offset: number; readonly limit: number; readonly order: 'asc' | 'desc' },
): Promise<JobRow[]> {
  return filtered(db, filter)
    .selectAll()
    .orderBy('id', page.order)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
}

export async function countJobs(db: Db, filter: JobFilter): Promise<number> {
  const row = await filtered(db, filter)
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Jobs that hold a device now. */
export async function holdingJobs(db: Db): Promise<JobSummary[]> {
  return db.selectFrom('jobs').select(jobSummaryColumns).where('state', 'in', holdingStates).execute();
}

export async function queuedJobs(db: Db): Promise<JobSummary[]> {
  return db
    .selectFrom('jobs')
    .select(jobSummaryColumns)
    .where('state', '=', 'Submitted')
    .orderBy('priority', 'desc')
    .orderBy('submitTime')
    .orderBy('id')
    .execute();
}

/** Jobs of a worker that are not finished, with the texts of their START. */
export async function unfinishedJobsOfWorker(db: Db, worker: string): Promise<JobRow[]> {
  return db
    .selectFrom('jobs')
    .selectAll()
    .where('worker', '=', worker)
    .where('state', 'in', holdingStates)
    .orderBy('id')
    .execute();
}

/** When these jobs were submitted. */
export async function submitTimes(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('jobs').select(['id', 'submitTime']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.submitTime]));
}

/** How many jobs other than health checks a device has run since job `since`. */
export async function countJobsSince(db: Db, device: string, since: number): Promise<number> {
  const row = await db
    .selectFrom('jobs')
    .select((select) => select.fn.countAll().as('count'))
    .where('device', '=', device)
    .where('id', '>', since)
    .where('healthCheck', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
