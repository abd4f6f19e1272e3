/**
 * Runs git as a process whose exit code, output and end we control: to read a repository, to write objects, and to talk
 * to a remote. docs/decisions/0016 explains when to use this, and when to use simple-git.
 *
 * Each git process leads its own process group, which is killed as a whole: the helpers of a transport would keep
 * waiting for a server that hangs. Only the exit code means success: a git process that was killed before it printed
 * anything must not look like one that found nothing.
 */
import { streamProgram } from '../../host/index.js';
import { gitEnvironment, safeSettings, type Reach } from './environment.js';

export interface GitOptions {
  /** Default: `none`. */
  readonly reach?: Reach;
  /** Variables in addition to those of `environment.ts`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  /** The exit code with which this command reports that it found nothing. Any other code except 0 is a failure. */
  readonly noneCode?: number;
  readonly timeoutMs?: number;
  /** Milliseconds without output, including progress, after which git is killed. */
  readonly silenceMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** A command on a local repository, or on a record with a remote that responds, never takes this long. */
const defaultTimeoutMs = 60_000;
/** Output is never this large; a remote that sends endless data must not fill the memory. */
const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Standard output as bytes, while git runs: names in a tree need not be UTF-8, and contents need not be text. There are
 * no limits unless the options set some: the reader stops when it has enough.
 * @throws ProgramError with git's standard error
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
 * Standard output as text: at most 64 MiB, within 60 s (or, with `silenceMs`, for as long as there is output), unless the
 * options specify other limits.
 * @throws the errors of `streamGit`
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
