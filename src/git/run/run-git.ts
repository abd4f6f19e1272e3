/**
 * git as a process whose exit code, output and end we control: to read a repository, to write objects, and to talk to
 * a remote. docs/decisions/0016 explains when this is used, and when simple-git.
 *
 * Each git leads a process group of its own, which is killed as a whole: the helpers for a transport would wait on for
 * a server that hangs. Only the exit code tells success: a git that was killed and printed nothing must not look like
 * one that found nothing.
 */
import { streamProgram } from '../../host/index.js';
import { gitEnvironment, safeSettings, type Reach } from './environment.js';

export interface GitOptions {
  /** Default: `none`. */
  readonly reach?: Reach;
  /** Added to that of `environment.ts`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For standard input. */
  readonly input?: string;
  /** The exit code by which this command reports that there is nothing. Any other but 0 is a failure. */
  readonly noneCode?: number;
  readonly timeoutMs?: number;
  /** Ends a git that has printed nothing for this long, progress included. */
  readonly silenceMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** No command on a local repository or a record takes this long with a remote that answers. */
const defaultTimeoutMs = 60_000;
/** No output is so large; a remote that sends without end must not fill the memory. */
const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Standard output as bytes, while git runs: names in a tree need not be UTF-8, and contents need not be text. Without
 * limits, unless the options set some: the reader stops when it has enough.
 * @throws ProgramError with what git printed on standard error
 */
export function streamGit(
  directory: string,
  args: readonly string[],
  { reach = 'none', environment = {}, noneCode = 0, ...limits }: GitOptions = {},
): AsyncGenerator<Buffer, void> {
  return streamProgram('git', [...safeSettings.flatMap((setting) => ['-c', setting]), ...args], {
    ...limits,
    cwd: directory,
    env: { ...gitEnvironment(reach), ...environment },
    successCodes: [0, noneCode],
  });
}

/**
 * Standard output as text: at most 64 MiB, within 60 s (or, with `silenceMs`, as long as it goes on), unless the options
 * specify other limits.
 * @throws what `streamGit` throws
 */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const limits = {
    maxBytes: defaultMaxBytes,
    ...(options.silenceMs === undefined ? { timeoutMs: defaultTimeoutMs } : {}),
  };
  const output: Buffer[] = [];
  for await (const chunk of streamGit(directory, args, { ...limits, ...options })) output.push(chunk);
  return Buffer.concat(output).toString('utf8');
}
