import type { Tx } from '../open-store.js';

/**
 * Returns the next ID of a table, from 1; IDs are never reused. Portable: does not use the sequences of either
 * database.
 */
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
