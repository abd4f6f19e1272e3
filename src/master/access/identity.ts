import { createHash, timingSafeEqual } from 'node:crypto';
import { listTokens } from '../store/tokens.js';
import type { Db } from '../store/open-store.js';
import type { Role } from '../store/tables.js';

/** Who asks. */
export interface Identity {
  readonly username: string;
  readonly role: Role;
}

/** `anonymous`: no credentials; `refused`: wrong ones. */
export type Authentication = Identity | 'anonymous' | 'refused';

/** SHA-256, hexadecimal: how tokens are stored. Tokens are random, so no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/**
 * Reads an `Authorization` header as LAVA takes it: `Token <token>` (REST), or `Basic` with a user's name and the
 * token as password (XML-RPC). Tokens are compared in constant time.
 */
export async function authenticate(db: Db, header: string | undefined): Promise<Authentication> {
  if (header === undefined || header === '') return 'anonymous';
  const [scheme, value, ...rest] = header.split(/\s+/);
  if (scheme === undefined || value === undefined || rest.length > 0) return 'refused';
  const credentials = readCredentials(scheme.toLowerCase(), value);
  if (credentials === null) return 'refused';
  const hash = Buffer.from(hashToken(credentials.token));
  let identity: Authentication = 'refused';
  for (const row of await listTokens(db)) {
    const known = Buffer.from(row.hash);
    const same = known.length === hash.length && timingSafeEqual(known, hash);
    if (same && (credentials.username === null || credentials.username === row.username)) {
      identity = { username: row.username, role: row.role };
    }
  }
  return identity;
}

function readCredentials(
  scheme: string,
  value: string,
): { readonly username: string | null; readonly token: string } | null {
  if (scheme === 'token') return { username: null, token: value };
  if (scheme !== 'basic') return null;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), token: text.slice(colon + 1) };
}
