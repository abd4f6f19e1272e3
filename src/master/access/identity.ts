import { createHash } from 'node:crypto';
import type { Db } from '../store/open-store.js';
import { findToken } from '../store/access/tokens.js';
import type { Role } from '../store/values.js';

/** The user who sends a request. */
export interface Identity {
  readonly username: string;
  readonly role: Role;
}

/** `anonymous`: without credentials; `refused`: with wrong credentials. */
export type Authentication = Identity | 'anonymous' | 'refused';

/** The form in which tokens are stored: SHA-256, hexadecimal. Tokens are random, so a slow hash is not necessary. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/**
 * Reads an `Authorization` header as LAVA does: `Token <token>` (REST), or `Basic` with a user's name and the
 * token as password (XML-RPC). The database looks up a token by its hash. The duration of the look-up reveals nothing about
 * the token, because nobody can choose a hash.
 */
export async function authenticate(db: Db, header: string | undefined): Promise<Authentication> {
  if (header === undefined || header === '') return 'anonymous';
  const [scheme, value, ...rest] = header.split(/\s+/);
  if (scheme === undefined || value === undefined || rest.length > 0) return 'refused';
  const credentials = readCredentials(scheme.toLowerCase(), value);
  if (credentials === null) return 'refused';
  const known = await findToken(db, hashToken(credentials.token));
  if (known === undefined) return 'refused';
  if (credentials.username !== null && credentials.username !== known.username) return 'refused';
  return { username: known.username, role: known.role };
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
