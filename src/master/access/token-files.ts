import { randomBytes } from 'node:crypto';
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError, localFailure } from '../../diagnostics/index.js';
import { readIfThere, replaceFile } from '../../host/index.js';
import type { MasterContext } from '../context.js';
import { hashToken } from './identity.js';
import { ensurePrincipal } from '../store/access/principals.js';
import type { Role } from '../store/values.js';
import { replaceToken, tokenHashes } from '../store/access/tokens.js';

const minTokenLength = 32;

/**
 * Ensures that a role's token is in a file of mode 0600 and that the database contains its hash. The file is
 * authoritative: if it is missing, a new random token is created; if its content has changed, that is the new token.
 * There is no default token.
 * @returns the path of the file
 * @throws ExternalError when the file cannot be read or written, or its token is too short
 */
export async function ensureTokenFile(context: MasterContext, stateDir: string, role: Role): Promise<string> {
  const file = join(stateDir, `${role}.token`);
  const token = (await readToken(context, file)) ?? (await writeToken(file));
  const hash = hashToken(token);
  if ((await tokenHashes(context.store.db, role)).join() !== hash) {
    await context.store.write(async (tx) => {
      await replaceToken(tx, { hash, role, username: role, createdAt: context.now() });
      await ensurePrincipal(tx, 'user', role);
    });
    context.log.info({ role, file }, 'token set');
  }
  return file;
}

async function readToken({ log }: MasterContext, file: string): Promise<string | null> {
  let text: string | null;
  try {
    text = await readIfThere(file);
  } catch (error) {
    throw localFailure(error, 'read a token', file);
  }
  if (text === null) return null;
  const token = text.trim();
  if (token.length < minTokenLength) {
    throw new ExternalError({
      what: 'use the token',
      where: file,
      why: `it has fewer than ${minTokenLength} characters`,
      retry: 'after-change',
      hint: 'Remove the file. The master then creates a new token.',
    });
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    log.warn({ file }, 'a token file was readable by other users; its mode is now 0600');
    await chmod(file, 0o600);
  }
  return token;
}

async function writeToken(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await replaceFile(file, `${token}\n`);
  return token;
}
