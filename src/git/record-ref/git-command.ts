import { spawn } from 'node:child_process';

import { signalGroup } from '../../host/index.js';
import { gitEnvironment, safeSettings, type Reach } from '../environment.js';

export interface GitCommand {
  readonly reach?: Reach;
  readonly environment?: Readonly<Record<string, string>>;
  /** For standard input. */
  readonly input?: string;
  /** The exit code by which this command says that there is nothing. Any other but 0 is a failure. */
  readonly noneCode?: number;
}

/** No command on a record takes this long with a remote that answers. */
const timeoutMs = 60_000;
/** No record is so large; a remote that sends without end must not fill the memory. */
const maxOutputBytes = 64 * 1024 * 1024;

/**
 * Runs git in a process group of its own, with the settings of environment.ts. Only its exit code
 * tells success: a git that was killed and printed nothing must not look like one that found nothing.
 * @returns standard output
 * @throws Error with what git printed on standard error
 */
export async function runGit(
  directory: string,
  args: readonly string[],
  { reach = 'none', environment = {}, input = '', noneCode = 0 }: GitCommand = {},
): Promise<string> {
  const child = spawn('git', [...safeSettings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: directory,
    env: { ...gitEnvironment(reach), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  const cutOff = { why: null as string | null };
  const cut = (why: string): void => {
    cutOff.why ??= why;
    // With the helpers for the transport: they would wait on for a server that hangs.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= maxOutputBytes) output.push(chunk);
    else cut(`more than ${maxOutputBytes} bytes`);
  });
  child.stderr.on('data', (chunk: Buffer) => errors.length < 64 && errors.push(chunk));
  // git may end before it has read everything; its exit code tells, the broken pipe does not.
  child.stdin.on('error', () => undefined);
  const timer = setTimeout(() => {
    cut(`no end within ${timeoutMs / 1000} s`);
  }, timeoutMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
      child.stdin.end(input);
    });
    if (cutOff.why === null && (code === 0 || code === noneCode))
      return Buffer.concat(output).toString('utf8');
    throw new Error(
      cutOff.why ?? (Buffer.concat(errors).toString('utf8') || `git ended with ${String(code)}`),
    );
  } finally {
    clearTimeout(timer);
  }
}
