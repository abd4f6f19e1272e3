import { spawn, type ChildProcess } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { identify, listProcesses, makeCgroup, readProcess, type ProcessIdentity } from '../host/index.js';
import { isolatedCommand, noIsolation, type Isolation } from './isolation/isolation.js';

/** A process that waits for `release`. If this dispatcher dies first, the process ends without having done anything. */
export interface HeldProcess {
  /** The process that becomes the command, and leads its process group. */
  readonly identity: ProcessIdentity;
  /** Resolves with the exit code or signal, as text, when it ends while this process lives. */
  readonly ended: Promise<string>;
  release(): void;
}

/**
 * Starts a command in its own process group but holds it back until `release`, so that its identity can be stored
 * durably before it does anything. It outlives this process. Its output is written to `stdout` and `stderr` in the
 * directory.
 * @param isolation by default, nothing is separated
 * @throws Error when it cannot be started
 */
export async function startHeld(
  command: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
  isolation: Isolation = noIsolation,
): Promise<HeldProcess> {
  const output = await open(join(directory, 'stdout'), 'a', 0o600);
  let errors: FileHandle | undefined;
  try {
    errors = await open(join(directory, 'stderr'), 'a', 0o600);
    const [program, ...words] = isolatedCommand(command, await withUsableGroup(isolation));
    const child = spawn(program, words, {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ['pipe', output.fd, errors.fd, ...(isolation.namespaces === null ? [] : ['pipe' as const])],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(signal ?? describeExit(code, isolation));
      });
    });
    const gate = child.stdin;
    gate?.on('error', () => undefined);
    child.unref();
    const pid = isolation.namespaces === null ? child.pid : await findHeld(child);
    const identity = pid === undefined ? null : identify(pid);
    if (identity === null) throw new Error('the process ended immediately');
    return {
      identity,
      ended,
      release: () => {
        gate?.end('go\n');
      },
    };
  } finally {
    await output.close();
    await errors?.close();
  }
}

/** Without its control group, a program can still run, and above all power off a board. */
async function withUsableGroup(isolation: Isolation): Promise<Isolation> {
  const { cgroup } = isolation;
  if (typeof cgroup !== 'string' || (await makeCgroup(cgroup))) return isolation;
  return { ...isolation, cgroup: null };
}

/** The process in the namespaces, which has reported that it waits: the child of their first process. */
async function findHeld(child: ChildProcess): Promise<number | undefined> {
  const ready = child.stdio[3] as Readable;
  await new Promise<void>((resolve) => {
    for (const event of ['data', 'end', 'error', 'close']) {
      ready.once(event, () => {
        resolve();
      });
    }
  });
  ready.destroy();
  const parents = listProcesses().flatMap((pid) => {
    const parent = readProcess(pid)?.parent;
    return parent === undefined ? [] : [{ pid, parent }];
  });
  const first = parents.find(({ parent }) => parent === child.pid)?.pid;
  return parents.find(({ parent }) => parent === first)?.pid;
}

/** A shell reports a signal that ended its child as 128 plus its number. */
function describeExit(code: number | null, { namespaces }: Isolation): string {
  const number = (code ?? 0) - 128;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (namespaces !== null && signal !== undefined) return signal;
  return `exit code ${code ?? 'unknown'}`;
}
