import type { Tx } from '../open-store.js';

/** The next number of a table's ids, from 1; never used twice. Portable: neither database's own sequences. */
export async function nextId(
  tx: Tx,
  table:
    | 'jobs'
    | 'revisions'
    | 'principals'
    | 'tags'
    | 'devicePermissions'
    | 'deviceTypePermissions'
    | 'testSuites'
    | 'testCases',
): Promise<number> {
  const row = await tx
    .insertInto('counters')
    .values({ name: table, value: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((update) => ({ value: update('counters.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}
