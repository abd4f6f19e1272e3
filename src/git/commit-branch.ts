import { UsageError } from '../diagnostics/index.js';
import { gitFailure } from './errors.js';
import { configuredAuthor } from './init.js';
import { findRevision } from './revisions.js';
import { openGit, streamGit } from './run.js';

export interface BranchCommit {
  /** Short name, e.g. `lavaflow/drift-main-2026-01-31`. */
  readonly branch: string;
  /** The commit's id. */
  readonly commit: string;
}

/**
 * Makes a new branch with one commit on top of `base`. Neither the working tree nor the index nor the branch that is
 * checked out is touched, no hook runs, and nothing is pushed.
 * @param directory the lab; paths of `files` are relative to it
 * @param options.branch one that is not there yet
 * @param options.files new texts; null: the file goes
 * @throws UsageError when the name is no name for a branch, or taken; ExternalError
 */
export async function commitToNewBranch(
  directory: string,
  options: {
    readonly base: string;
    readonly branch: string;
    readonly message: string;
    readonly files: ReadonlyMap<string, string | null>;
    readonly now?: Date;
  },
): Promise<BranchCommit> {
  const { branch, base, message } = options;
  await requireNewBranch(directory, branch);
  try {
    const prefix = (await openGit(directory).raw(['rev-parse', '--show-prefix'])).trimEnd();
    const author = await configuredAuthor(directory);
    const seconds = Math.floor((options.now ?? new Date()).getTime() / 1000);
    const person = `${withoutBrackets(author.name)} <${withoutBrackets(author.email)}> ${seconds} +0000`;
    const modes = await modesOf(directory, base, [...options.files.keys()]);
    const stream = [
      `commit refs/heads/${branch}\nauthor ${person}\ncommitter ${person}\n${data(`${message.trimEnd()}\n`)}from ${base}\n`,
      ...[...options.files].map(([path, text]) =>
        text === null
          ? `D ${quoted(prefix + path)}\n`
          : `M ${modes.get(path) ?? '100644'} inline ${quoted(prefix + path)}\n${data(text)}`,
      ),
    ];
    // Written straight into the object store: git's own way to make commits without a working tree.
    let printed = '';
    for await (const chunk of streamGit(directory, ['fast-import', '--quiet'], stream))
      printed += chunk.toString();
    const commit = await findRevision(directory, `refs/heads/${branch}`, directory);
    if (commit === null) throw new Error(`git made no branch ${branch}. ${printed}`);
    return { branch, commit };
  } catch (error) {
    throw gitFailure(error, `commit to the branch ${branch}`, directory);
  }
}

/** The first of `name`, `name-2`, `name-3`... that is no branch yet. @throws ExternalError */
export async function freeBranchName(directory: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const branch = number === 1 ? name : `${name}-${number}`;
    if ((await findRevision(directory, `refs/heads/${branch}`, directory)) === null) return branch;
  }
}

async function requireNewBranch(directory: string, branch: string): Promise<void> {
  if (!isBranchName(branch)) {
    throw new UsageError(`${JSON.stringify(branch)} is no name for a branch`, 'for example lavaflow/drift');
  }
  if ((await findRevision(directory, `refs/heads/${branch}`, directory)) === null) return;
  throw new UsageError(`there is a branch ${branch} already`, 'give another name with --branch');
}

/** Stricter than git: nothing that a shell or a URL would take for anything else. */
function isBranchName(name: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/.test(name) &&
    !/\.\.|\.(lock)?(\/|$)|\.lock\//.test(name) &&
    name !== 'HEAD' &&
    name.length <= 200
  );
}

/** Executable bits stay as they are. */
async function modesOf(
  directory: string,
  base: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const listing = await openGit(directory).raw(['ls-tree', '-z', base, '--', ...paths]);
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

function withoutBrackets(text: string): string {
  return text.replaceAll(/[<>\n]/g, '');
}
