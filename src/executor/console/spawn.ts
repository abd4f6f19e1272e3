import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { reasonOf } from '../../diagnostics/index.js';
import { JobFailure } from '../failure.js';
import { splitCommand } from './command-line.js';

/** The full path of a program on PATH; undefined if it does not exist. */
export function findProgram(name: string): string | undefined {
  const candidates = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile();
    } catch {
      return false; // missing or not executable: try the next directory
    }
  });
}

/**
 * Splits a command into words.
 * @throws JobFailure (Infrastructure) when its program does not exist
 */
export function resolveCommand(command: string, what: string): readonly [string, ...string[]] {
  let words: string[];
  try {
    words = splitCommand(command);
  } catch (error) {
    throw new JobFailure('Configuration', `${what}: ${reasonOf(error)}`);
  }
  const [name, ...rest] = words;
  if (name === undefined) throw new JobFailure('Configuration', `${what}: the command is empty`);
  const program = findProgram(name);
  if (program === undefined) {
    throw new JobFailure('Infrastructure', `${what}: cannot find the program '${name}' on this worker`);
  }
  return [program, ...rest];
}

/**
 * Starts a program in the executor's own process group, without a shell. If the system has util-linux' setpriv, the kernel
 * ends the program when the executor is killed: no process of a job may outlive it.
 */
export function spawnTied(
  words: readonly [string, ...string[]],
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const keeper = findProgram('setpriv');
  const [program, ...rest] = words;
  const options = { stdio: 'pipe', ...(cwd === undefined ? {} : { cwd }) } as const;
  return keeper === undefined
    ? spawn(program, rest, options)
    : spawn(keeper, ['--pdeathsig', 'KILL', program, ...rest], options);
}

/** Ends a child process with SIGTERM, then SIGKILL. Resolves when it has ended. */
export async function endProcess(child: ChildProcessWithoutNullStreams, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.once('exit', () => {
      clearTimeout(insist);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
