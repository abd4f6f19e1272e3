import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { TestCaseRow, TestSuiteRow } from './tables.js';

export async function insertTestCase(
  tx: Tx,
  suite: string,
  testCase: Omit<TestCaseRow, 'id' | 'suiteId'>,
): Promise<void> {
  const suiteId = await ensureSuite(tx, testCase.jobId, suite);
  const id = await nextId(tx, 'testCases');
  await tx
    .insertInto('testCases')
    .values({ id, suiteId, ...testCase })
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

export async function listSuites(db: Db, jobId: number): Promise<TestSuiteRow[]> {
  return db.selectFrom('testSuites').selectAll().where('jobId', '=', jobId).orderBy('id').execute();
}

export interface TestCaseFilter {
  readonly suiteId?: number;
  readonly suite?: string;
  readonly name?: string;
}

export type TestCase = TestCaseRow & { readonly suite: string };

/** The results of a job in the order in which they were reported. */
export async function listTestCases(db: Db, jobId: number, filter: TestCaseFilter): Promise<TestCase[]> {
  let query = db
    .selectFrom('testCases')
    .innerJoin('testSuites', 'testSuites.id', 'testCases.suiteId')
    .selectAll('testCases')
    .select('testSuites.name as suite')
    .where('testCases.jobId', '=', jobId);
  if (filter.suiteId !== undefined) query = query.where('testCases.suiteId', '=', filter.suiteId);
  if (filter.suite !== undefined) query = query.where('testSuites.name', '=', filter.suite);
  if (filter.name !== undefined) query = query.where('testCases.name', '=', filter.name);
  return query.orderBy('testCases.id').execute();
}
