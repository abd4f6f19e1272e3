import { spawn } from 'node:child_process';

/** How to run a whole process: the user waits for its start, its work and its exit. */
export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Exit codes that count as a result. Default: 0 */
  readonly expected?: readonly number[];
}

/**
 * Runs a program until it exits.
 * @returns the duration in seconds, and what it wrote to standard output
 * @throws Error when it exits with another code
 */
export async function runOutside(run: Run): Promise<{ readonly seconds: number; readonly stdout: string }> {
  const start = performance.now();
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('exit', ended);
  });
  const seconds = (performance.now() - start) / 1000;
  if (code === null || !(run.expected ?? [0]).includes(code))
    throw new Error(
      `${run.command} ${run.args.join(' ')} ended with ${code}: ${stderr}${stdout.slice(-2000)}`,
    );
  return { seconds, stdout };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
