import { fromColumns, toColumns } from '../database/columns.js';
import { tokenEncodings } from '../database/encodings.js';
import type { Db, Tx } from '../open-store.js';
import type { Role, Token } from '../values.js';

export async function findToken(db: Db, hash: string): Promise<Token | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  return row === undefined ? undefined : fromColumns<Token, typeof row>(row, tokenEncodings);
}

/** Makes this the only token of a role; older ones become invalid. */
export async function replaceToken(tx: Tx, token: Token): Promise<void> {
  await tx.deleteFrom('tokens').where('role', '=', token.role).execute();
  await tx.insertInto('tokens').values(toColumns<Token>(token, tokenEncodings)).execute();
}

export async function tokenHashes(db: Db, role: Role): Promise<string[]> {
  const rows = await db.selectFrom('tokens').select('hash').where('role', '=', role).execute();
  return rows.map((row) => row.hash);
}
