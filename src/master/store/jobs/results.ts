import { fromColumns, toColumns } from '../database/columns.js';
import { nextId } from '../database/counters.js';
import { testCaseEncodings } from '../database/encodings.js';
import { listPage, numberField, textField, type Field, type Listing, type ListRequest } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { TestCase, TestSuite } from '../values.js';

type StoredCase = Omit<TestCase, 'suite' | 'measurement'>;

export async function insertTestCase(tx: Tx, testCase: Omit<TestCase, 'id' | 'suiteId'>): Promise<void> {
  const { suite, measurement, ...rest } = testCase;
  const suiteId = await ensureSuite(tx, testCase.jobId, suite);
  const id = await nextId(tx, 'testCases');
  const row = toColumns<StoredCase>({ id, suiteId, ...rest }, testCaseEncodings);
  await tx
    .insertInto('testCases')
    .values({ ...row, measurement: measurement === null ? null : String(measurement) })
    .execute();
}

/** Deletes the results of a job with this suite and name. */
export async function deleteTestCases(tx: Tx, jobId: number, suite: string, name: string): Promise<void> {
  await tx
    .deleteFrom('testCases')
    .where('jobId', '=', jobId)
    .where('name', '=', name)
    .where('suiteId', 'in', (select) =>
      select
        .selectFrom('testSuites')
        .select('testSuites.id')
        .where('testSuites.jobId', '=', jobId)
        .where('testSuites.name', '=', suite),
    )
    .execute();
}

async function ensureSuite(tx: Tx, jobId: number, name: string): Promise<number> {
  const known = await tx
    .selectFrom('testSuites')
    .select('id')
    .where('jobId', '=', jobId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const id = await nextId(tx, 'testSuites');
  await tx.insertInto('testSuites').values({ id, jobId, name }).execute();
  return id;
}

const suiteFields = {
  id: numberField('id'),
  name: textField('name'),
} as const satisfies Readonly<Record<string, Field>>;

export type SuiteField = keyof typeof suiteFields;

export async function listSuites(
  db: Db,
  jobId: number,
  request: ListRequest<SuiteField>,
): Promise<Listing<TestSuite>> {
  const query = db.selectFrom('testSuites').selectAll().where('jobId', '=', jobId);
  return listPage(db, query, suiteFields, 'id', request);
}

export async function findSuite(db: Db, jobId: number, id: number): Promise<TestSuite | undefined> {
  return db
    .selectFrom('testSuites')
    .selectAll()
    .where('jobId', '=', jobId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export interface TestCaseFilter {
  readonly jobId: number;
  readonly suiteId?: number | undefined;
  readonly suite?: string | undefined;
  readonly name?: string | undefined;
}

const caseFields = {
  id: numberField('testCases.id'),
  name: textField('testCases.name'),
  result: textField('testCases.result'),
  suiteId: numberField('testCases.suiteId'),
  testSet: textField('testCases.testSet'),
  units: textField('testCases.units'),
  measurement: numberField('testCases.measurement'),
} as const satisfies Readonly<Record<string, Field>>;

export type TestCaseField = keyof typeof caseFields;

/** Lists the results of a job, by default in the order in which they were reported. */
export async function listTestCases(
  db: Db,
  { jobId, suiteId, suite, name }: TestCaseFilter,
  request: ListRequest<TestCaseField> = {},
): Promise<Listing<TestCase>> {
  let query = db
    .selectFrom('testCases')
    .innerJoin('testSuites', 'testSuites.id', 'testCases.suiteId')
    .selectAll('testCases')
    .select('testSuites.name as suite')
    .where('testCases.jobId', '=', jobId);
  if (suiteId !== undefined) query = query.where('testCases.suiteId', '=', suiteId);
  if (suite !== undefined) query = query.where('testSuites.name', '=', suite);
  if (name !== undefined) query = query.where('testCases.name', '=', name);
  const { count, items } = await listPage(db, query, caseFields, 'id', request);
  return {
    count,
    items: items.map(({ measurement, ...row }) => ({
      ...fromColumns<StoredCase, typeof row>(row, testCaseEncodings),
      measurement: measurement === null ? null : Number(measurement),
    })),
  };
}
