import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSigners, signerPaths, type Signers } from '../../lab/index.js';
import { readTree } from '../files/tree.js';
import { findRevision } from '../revisions.js';
import { gitFailure } from '../run/errors.js';
import { runGit, streamGit } from '../run/run-git.js';
import { gpgArmor, verifyGpg } from './gpg.js';
import { splitCommit } from './signed-commit.js';
import { sshArmor, verifySsh } from './ssh.js';
import { bad, type Judgement } from './verifier.js';

/**
 * Verifies the signature of a commit. git only reads the commit: ssh-keygen and gpg are run directly, so that no setting of
 * the repository or the machine decides which program or which keys are used.
 * @param commit a full ID
 * @throws ExternalError
 */
export async function verifyCommit(
  directory: string,
  commit: string,
  signers: Signers,
  now: Date,
): Promise<Judgement> {
  const signed = splitCommit(
    await readCommit(directory, commit),
    commit.length === 64 ? 'gpgsig-sha256' : 'gpgsig',
  );
  if (signed === null) return bad('it is not signed');
  if (signed === 'odd') return bad('it has more than one signature, or one of another kind');
  const isSsh = signed.signature.startsWith(sshArmor);
  if (!isSsh && !signed.signature.startsWith(gpgArmor))
    return bad('only SSH and GPG signatures are supported');
  const temporary = await mkdtemp(join(tmpdir(), 'lavaflow-verify-'));
  try {
    const verification = { ...signed, directory: temporary, signers, now };
    return isSsh ? await verifySsh(verification) : await verifyGpg(verification);
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * The signers that a commit allows, read from its objects.
 * @param commit a full ID
 * @returns null if the repository does not have the commit
 * @throws ExternalError
 */
export async function readSignersAt(directory: string, commit: string): Promise<Signers | null> {
  if ((await findRevision(directory, commit, directory)) === null) return null;
  try {
    const prefix = (await runGit(directory, ['rev-parse', '--show-prefix'])).trim();
    return readSigners(await readTree(directory, `${commit}:${prefix}`, signerPaths));
  } catch (error) {
    throw gitFailure(error, 'read the signers of a revision', directory);
  }
}

/**
 * Whether a commit contains another one, as far as this clone has the history.
 * @throws ExternalError
 */
export async function isDescendant(directory: string, commit: string, ancestor: string): Promise<boolean> {
  try {
    const args = ['merge-base', '--end-of-options', ancestor, commit];
    return (await runGit(directory, args, { noneCode: 1 })).trim() === ancestor;
  } catch (error) {
    throw gitFailure(error, 'compare two revisions', directory);
  }
}

async function readCommit(directory: string, commit: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    const reading = streamGit(directory, ['cat-file', 'commit', commit], {
      maxBytes: 16 * 1024 * 1024,
      timeoutMs: 60_000,
    });
    for await (const chunk of reading) chunks.push(chunk);
  } catch (error) {
    throw gitFailure(error, `read revision ${commit}`, directory);
  }
  return Buffer.concat(chunks);
}
