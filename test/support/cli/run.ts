import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { isolatedGit } from '../git/git-repository.js';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));
const executable = fileURLToPath(new URL('../../../bin/lavaflow', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lavaflow ARGS` in a lab until it exits. */
export async function lavaflow(
  lab: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = startLavaflow(lab, args, env);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: child.stdoutText(), stderr: child.stderrText() };
}

export type RunningLavaflow = ChildProcess & {
  /** What it has written so far. */
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
};

/** Starts `lavaflow ARGS` and leaves it running, in its own process group, as a shell would. */
export function startLavaflow(
  lab: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningLavaflow {
  return start(process.execPath, [executable, ...args], lab, env);
}

/** What `start` started and has not ended. */
const running = new Set<ChildProcess>();

export function runningPrograms(): ReadonlySet<ChildProcess> {
  return running;
}

/** Like `startLavaflow`, for any program. */
export function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): RunningLavaflow {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...isolatedGit, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return Object.assign(child, { stdoutText: collect(child.stdout), stderrText: collect(child.stderr) });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
