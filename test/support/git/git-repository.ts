import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** git without the configuration of the machine and the user, with a fixed author. */
export const isolatedGit = {
  GIT_CONFIG_GLOBAL: fileURLToPath(new URL('gitconfig', import.meta.url)),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.com',
  GIT_COMMITTER_NAME: 'A Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.com',
} as const;

/** A real repository in a temporary directory. */
export interface TestRepository {
  readonly directory: string;
  git(...args: string[]): Promise<string>;
  /** Writes files (paths relative to the repository). */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** Writes files and commits everything. Returns the commit. */
  commit(files: Readonly<Record<string, string | Uint8Array>>, message?: string): Promise<string>;
  remove(): Promise<void>;
}

export async function makeTestRepository(...initArgs: string[]): Promise<TestRepository> {
  const directory = await makeTestDirectory();
  await runGit(directory, ['init', '--quiet', '--initial-branch=main', ...initArgs]);
  return testRepositoryAt(directory);
}

export function testRepositoryAt(directory: string): TestRepository {
  async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
  }
  return {
    directory,
    write,
    git: (...args) => runGit(directory, args),
    async commit(files, message = 'change') {
      await write(files);
      await runGit(directory, ['add', '--all']);
      await runGit(directory, ['commit', '--quiet', '--allow-empty', '-m', message]);
      return (await runGit(directory, ['rev-parse', 'HEAD'])).trim();
    },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export function makeTestDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'lavaflow-test-'));
}

function runGit(directory: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, env: { ...process.env, ...isolatedGit }, maxBuffer: 64 * 1024 * 1024 };
    execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`git ${args.join(' ')}: ${stderr}`));
    });
  });
}

/** `git hash-object -w` of bytes: for trees that a file system cannot contain. */
export function writeObject(directory: string, type: 'blob' | 'tree', content: Uint8Array): string {
  const args = ['hash-object', '-w', '-t', type, '--literally', '--stdin'];
  return execFileSync('git', args, {
    cwd: directory,
    env: { ...process.env, ...isolatedGit },
    input: content,
  })
    .toString()
    .trim();
}
