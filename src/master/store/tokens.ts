import type { Db, Tx } from './open-store.js';
import type { Role, TokenRow } from './tables.js';

export async function listTokens(db: Db): Promise<TokenRow[]> {
  return db.selectFrom('tokens').selectAll().execute();
}

/** Makes this the only token of a role: whoever has an older one is out. */
export async function replaceToken(tx: Tx, token: TokenRow): Promise<void> {
  await tx.deleteFrom('tokens').where('role', '=', token.role).execute();
  await tx.insertInto('tokens').values(token).execute();
}

export async function tokenHashes(db: Db, role: Role): Promise<string[]> {
  const rows = await db.selectFrom('tokens').select('hash').where('role', '=', role).execute();
  return rows.map((row) => row.hash);
}
