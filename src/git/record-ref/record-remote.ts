import { setTimeout as wait } from 'node:timers/promises';

import { ExternalError } from '../../diagnostics/index.js';
import { gitFailure } from '../run/errors.js';
import { runGit } from '../run/run-git.js';

/** The remote that stores the records. */
export interface RecordRemote {
  /** Without credentials. */
  readonly url: string;
  /** Settings that give git the credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Moves a ref from one commit to another if it still points to the first; null: the ref does not exist. */
export interface RefMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string;
}

const attempts = 4;
const firstPauseMs = 250;

/**
 * The commits that refs point to; refs that do not exist are not in the map.
 * @param refs names; one that ends in `*` stands for all that begin like it
 * @throws ExternalError (retry: soon) when the remote cannot be read, or has no branch: to git, any web page that a
 *   proxy returns instead of the server looks like an empty repository
 */
export async function listRefs(
  remote: RecordRemote,
  directory: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  let output: string;
  try {
    const args = ['ls-remote', '--quiet', '--end-of-options', remote.url, 'HEAD', 'refs/heads/*', ...refs];
    output = await runGit(directory, args, { reach: 'remote', environment: remote.environment });
  } catch (error) {
    throw gitFailure(error, 'read the refs of records', remote.url, 'soon');
  }
  const tips = new Map<string, string>();
  for (const line of output.split('\n')) {
    const match = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/.exec(line);
    if (match !== null) tips.set(match[2] ?? '', match[1] ?? '');
  }
  const isWanted = (ref: string): boolean =>
    refs.some((one) => (one.endsWith('*') ? ref.startsWith(one.slice(0, -1)) : ref === one));
  if (tips.size > 0) return new Map([...tips].filter(([ref]) => isWanted(ref)));
  throw new ExternalError({
    what: 'read the refs of records',
    where: remote.url,
    why: 'the repository has no branches, so this may not be the right repository',
    retry: 'soon',
    hint: 'Create a first commit in a new repository before you store records in it.',
  });
}

/**
 * Fetches the commits that refs point to, without their history.
 * @throws ExternalError
 */
export async function fetchRefs(
  remote: RecordRemote,
  directory: string,
  refs: readonly string[],
): Promise<void> {
  if (refs.length === 0) return;
  const flags = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  try {
    await runGit(directory, ['fetch', ...flags, '--end-of-options', remote.url, ...refs], {
      reach: 'remote',
      environment: remote.environment,
    });
  } catch (error) {
    throw gitFailure(error, 'read records', remote.url, 'soon');
  }
}

/**
 * Moves all of these refs, or none. If the response is lost, asks the remote what happened.
 * @returns `moved` if another process had moved one of them before
 * @throws ExternalError when the refs were not moved, or (retry: soon) the outcome is unknown
 */
export async function moveRefs(
  remote: RecordRemote,
  directory: string,
  moves: readonly RefMove[],
): Promise<'done' | 'moved'> {
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const refspecs = moves.map(({ ref, to }) => `${to}:${ref}`);
  const args = ['push', '--quiet', '--atomic', '--no-verify', ...leases, remote.url, ...refspecs];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runGit(directory, args, { reach: 'remote', environment: remote.environment });
      return 'done';
    } catch (error) {
      const failure = gitFailure(error, 'write a record', remote.url, 'soon');
      const tips = await tipsOrNull(remote, directory, moves);
      if (tips !== null && moves.every(({ ref, to }) => tips.get(ref) === to)) return 'done';
      if (tips !== null && moves.some(({ ref, from }) => (tips.get(ref) ?? null) !== from)) return 'moved';
      if (failure.retry !== 'soon' || attempt === attempts) throw failure;
      await wait(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

/** For a ref that keeps moving while it is fetched. */
export function restless(where: string): ExternalError {
  return new ExternalError({
    what: 'read records',
    where,
    why: 'the ref keeps moving',
    retry: 'soon',
  });
}

/** Null if the remote cannot be asked either: then the failure to write counts. */
async function tipsOrNull(remote: RecordRemote, directory: string, moves: readonly RefMove[]) {
  try {
    return await listRefs(
      remote,
      directory,
      moves.map(({ ref }) => ref),
    );
  } catch (error) {
    if (error instanceof ExternalError) return null;
    throw error;
  }
}
