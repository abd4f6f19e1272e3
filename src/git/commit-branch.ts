/**
 * A branch that lavaflow maintains: one commit on top of a base, created again when the base or the files change.
 *
 *   absent -> new -> unchanged | moved -> ...
 *                 -> taken: somebody committed to it. It is left alone.
 *
 * The message of lavaflow's own commit says so and contains the ID of its tree. A commit that somebody amended or added
 * does not match. A branch that is already merged may be replaced.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ExternalError, UsageError } from '../diagnostics/index.js';
import { gitFailure } from './run/errors.js';
import { configuredAuthor } from './init.js';
import { findRemote } from './record-ref/find-remote.js';
import { runGit, streamGit } from './run/run-git.js';
import type { RecordRemote } from './record-ref/record-remote.js';

export interface BranchCommit {
  /** Short name, e.g. `lavaflow/drift-main`. */
  readonly branch: string;
  /** The ID of its current commit; null if the branch does not exist. */
  readonly commit: string | null;
  /**
   * The result. `taken`: it contains commits of somebody else and was left unchanged. `old`: nothing needs to be
   * committed, but the branch still contains an earlier commit.
   */
  readonly state: 'new' | 'moved' | 'unchanged' | 'taken' | 'old' | 'none';
  /** Where it was pushed, without credentials; null if it exists only in this clone. */
  readonly remote: string | null;
}

/** Marks lavaflow's own commit, and records its tree. */
const mark = 'Lavaflow-Tree:';

/**
 * Maintains a branch with one commit on top of `base`. The working tree, the index and the checked-out branch are not
 * touched, and hooks of the clone do not run.
 * @param directory the lab; the paths of `files` are relative to it
 * @param options.files new texts; null deletes the file. If empty, nothing is written, and the branch stays
 * @param options.push a remote by name or URL: the branch is pushed there, with a lease on the commit that was seen, and
 *   is not created in this clone
 * @throws UsageError when the name is not a valid branch name, or the branch is checked out
 * @throws ExternalError
 */
export async function commitToBranch(
  directory: string,
  options: {
    readonly base: string;
    readonly branch: string;
    readonly message: string;
    readonly files: ReadonlyMap<string, string | null>;
    readonly push?: string | undefined;
    readonly now?: Date;
  },
): Promise<BranchCommit> {
  const { branch, base, files, push } = options;
  if (!isBranchName(branch)) {
    throw new UsageError(
      `${JSON.stringify(branch)} is not a valid branch name`,
      'Specify a name such as lavaflow/drift.',
    );
  }
  const remote = push === undefined ? null : await findRemote(directory, push);
  try {
    const tip = await tipOf(directory, branch, remote);
    const isOurs = tip !== null && (tip.isMarked || (await isMerged(directory, tip.commit, base)));
    const is = (state: BranchCommit['state'], commit: string | null): BranchCommit => ({
      ...{ branch, state, commit },
      remote: remote?.url ?? null,
    });
    if (files.size === 0) return is(tip?.isMarked === true ? 'old' : 'none', tip?.commit ?? null);
    if (tip !== null && !isOurs) return is('taken', tip.commit);
    const author = await configuredAuthor(directory);
    const tree = await writeTree(directory, base, files);
    if (tip?.isMarked === true && tip.tree === tree && tip.parents.join() === base)
      return is('unchanged', tip.commit);
    const commit = await writeCommit(directory, { ...options, tree, author });
    if (remote === null) await moveHere(directory, branch, commit, tip);
    else await moveThere(directory, remote, branch, commit, tip);
    return is(tip === null ? 'new' : 'moved', commit);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw gitFailure(error, `commit to the branch ${branch}`, remote?.url ?? directory);
  }
}

interface Tip {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** lavaflow created it, and nobody has changed it since. */
  readonly isMarked: boolean;
}

async function tipOf(directory: string, branch: string, remote: RecordRemote | null): Promise<Tip | null> {
  const ref = `refs/heads/${branch}`;
  if (remote === null) {
    const commit = (
      await runGit(directory, ['rev-parse', '--verify', '--quiet', ref], { noneCode: 1 })
    ).trim();
    return commit === '' ? null : await readTip(directory, commit);
  }
  const args = ['ls-remote', '--quiet', '--end-of-options', remote.url, 'HEAD', ref];
  const { environment } = remote;
  const lines = (await runGit(directory, args, { reach: 'remote', environment })).trim().split('\n');
  // To git, any web page that a proxy returns instead of the server looks like an empty repository.
  if (!lines.some((line) => line.endsWith('\tHEAD'))) {
    throw new ExternalError({
      what: `look for the branch ${branch}`,
      where: remote.url,
      why: 'the repository has no HEAD branch, so this may not be the right repository',
      retry: 'soon',
    });
  }
  const commit = lines.find((line) => line.endsWith(`\t${ref}`))?.split('\t')[0] ?? '';
  if (commit === '') return null;
  // In a separate repository: a commit without history would turn the clone into a shallow one.
  const scratch = await mkdtemp(join(tmpdir(), 'lavaflow-branch-'));
  try {
    await runGit(scratch, ['init', '--quiet', '--bare', '--initial-branch=none', '--template=']);
    const flags = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    const fetch = ['fetch', ...flags, '--end-of-options', remote.url, `${ref}:refs/heads/tip`];
    await runGit(scratch, fetch, { reach: 'remote', environment });
    return await readTip(scratch, commit);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readTip(directory: string, commit: string): Promise<Tip> {
  const text = await runGit(directory, ['cat-file', 'commit', commit]);
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end < 0 ? undefined : end).split('\n');
  const valuesOf = (name: string) =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const [tree = ''] = valuesOf('tree');
  const parents = valuesOf('parent');
  const isMarked = parents.length === 1 && text.trimEnd().endsWith(`\n${mark} ${tree}`);
  return { commit, tree, parents, isMarked };
}

/** Whether `base` already contains everything in the branch. */
async function isMerged(directory: string, commit: string, base: string): Promise<boolean> {
  const isHere = await runGit(directory, ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], {
    noneCode: 1,
  });
  if (isHere === '') return false;
  return (await runGit(directory, ['rev-list', '--max-count=1', commit, `^${base}`])).trim() === '';
}

/** Writes the tree of `base` with changed files directly to the object store, without a working tree or a ref. */
async function writeTree(
  directory: string,
  base: string,
  files: ReadonlyMap<string, string | null>,
): Promise<string> {
  const prefix = (await runGit(directory, ['rev-parse', '--show-prefix'])).trimEnd();
  const modes = await modesOf(directory, base, [...files.keys()]);
  const ref = `refs/lavaflow/write-back/${randomUUID()}`;
  const stream = [
    `commit ${ref}\ncommitter lavaflow <lavaflow@localhost> 0 +0000\n${data('tree\n')}from ${base}\n`,
    ...[...files].map(([path, text]) =>
      text === null
        ? `D ${quoted(prefix + path)}\n`
        : `M ${modes.get(path) ?? '100644'} inline ${quoted(prefix + path)}\n${data(text)}`,
    ),
    // The ref is deleted before it is ever written.
    `ls ""\n\nreset ${ref}\nfrom ${'0'.repeat(base.length)}\n\n`,
  ];
  let printed = '';
  const input = stream.join('');
  for await (const chunk of streamGit(directory, ['fast-import', '--quiet'], { input }))
    printed += chunk.toString();
  const [, tree] = /^040000 tree ([0-9a-f]+)\t/.exec(printed) ?? [];
  if (tree === undefined) throw new Error(`git did not write a tree: ${printed}`);
  return tree;
}

async function writeCommit(
  directory: string,
  options: {
    readonly tree: string;
    readonly base: string;
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string };
    readonly now?: Date;
  },
): Promise<string> {
  const { tree, base, message, author } = options;
  const date = `${Math.floor((options.now ?? new Date()).getTime() / 1000)} +0000`;
  const environment = {
    ...{ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: date },
    ...{ GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email, GIT_COMMITTER_DATE: date },
  };
  const input = `${message.trimEnd()}\n\n${mark} ${tree}\n`;
  return (await runGit(directory, ['commit-tree', tree, '-p', base], { input, environment })).trim();
}

/** Moves the branch if it still points to the commit that was seen. */
async function moveHere(directory: string, branch: string, commit: string, tip: Tip | null): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const trees = await runGit(directory, ['worktree', 'list', '--porcelain']);
  if (trees.split('\n').includes(`branch ${ref}`)) {
    throw new UsageError(
      `the branch ${branch} is checked out`,
      'Check out another branch, or give another name with --branch.',
    );
  }
  const before = tip?.commit ?? '0'.repeat(commit.length);
  await runGit(directory, ['update-ref', '-m', 'lavaflow: drift', ref, commit, before]);
}

async function moveThere(
  directory: string,
  { url, environment }: RecordRemote,
  branch: string,
  commit: string,
  tip: Tip | null,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${tip?.commit ?? ''}`;
  const args = ['push', '--quiet', '--no-verify', lease, url, `${commit}:${ref}`];
  await runGit(directory, args, { reach: 'remote', environment });
}

/** Stricter than git: rejects everything that a shell or a URL would interpret. */
function isBranchName(name: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/.test(name) &&
    !/\.\.|\.(lock)?(\/|$)|\.lock\//.test(name) &&
    name !== 'HEAD' &&
    name.length <= 200
  );
}

/** Executable bits do not change. */
async function modesOf(
  directory: string,
  base: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const listing = await runGit(directory, ['ls-tree', '-z', base, '--', ...paths]);
  return new Map(
    listing.split('\0').flatMap((line): [string, string][] => {
      const [, mode, path] = /^(\d{6}) blob [0-9a-f]+\t(.+)$/s.exec(line) ?? [];
      return mode === undefined || path === undefined ? [] : [[path, mode]];
    }),
  );
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
