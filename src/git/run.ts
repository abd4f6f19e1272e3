import { spawn } from 'node:child_process';
import { simpleGit, type SimpleGit } from 'simple-git';
import { allowedEnvironment, gitEnvironment, safeSettings, type Reach } from './environment.js';

export interface GitOptions {
  readonly reach?: Reach;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Ends a git that has printed nothing for this long. */
  readonly silenceMs?: number;
}

/** simple-git on one directory, with the settings of `environment.ts`. */
export function openGit(directory: string, options: GitOptions = {}): SimpleGit {
  return simpleGit({
    baseDir: directory,
    trimmed: false,
    config: safeSettings,
    allowEnvironment: allowedEnvironment,
    // Each of these is needed to switch something off, or for the variables named in `environment.ts`.
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
    },
    timeout: { block: options.silenceMs ?? 60_000 },
    ...(options.signal === undefined ? {} : { abort: options.signal }),
  }).env({ ...gitEnvironment(options.reach ?? 'none'), ...options.environment });
}

/**
 * Runs git and hands over its output as bytes, as simple-git cannot: names in a tree need not be UTF-8.
 * @param input written to standard input
 * @throws Error with what git printed on standard error when it fails
 */
export async function* streamGit(
  directory: string,
  args: readonly string[],
  input: Iterable<string> = [],
): AsyncGenerator<Buffer> {
  const settings = safeSettings.flatMap((setting) => ['-c', setting]);
  const child = spawn('git', [...settings, ...args], {
    cwd: directory,
    env: gitEnvironment('none'),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.length < 64 && errors.push(chunk));
  // git may end before it has read everything; its exit code tells, the broken pipe does not.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // Awaited below; a failure to start must not surface before that as unhandled.
  ended.catch(() => undefined);
  child.stdin.end([...input].join(''));
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const code = await ended;
    if (code !== 0)
      throw new Error(Buffer.concat(errors).toString('utf8') || `git ended with ${String(code)}`);
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
}
