import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from '../host/index.js';

/** A process that waits for `release`. If this dispatcher dies first, the process ends without having done anything. */
export interface HeldProcess {
  readonly identity: ProcessIdentity;
  release(): void;
}

/**
 * Starts a command in its own process group but holds it back until `release`, so that its identity can be stored
 * durably before it does anything. It outlives this process. Its output is written to `stdout` and `stderr` in the
 * directory.
 * @param onExit called with the exit code or signal, as text, when it ends while this process lives
 * @throws Error when it cannot be started
 */
export async function startHeld(
  command: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
  onExit: (how: string) => void,
): Promise<HeldProcess> {
  const output = await open(join(directory, 'stdout'), 'a', 0o600);
  const errors = await open(join(directory, 'stderr'), 'a', 0o600);
  try {
    // The shell becomes the command. If this process dies before it sends the line, `read` fails and nothing runs.
    const child = spawn('/bin/sh', ['-c', 'read -r go && exec "$@" </dev/null', 'sh', ...command], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ['pipe', output.fd, errors.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.on('exit', (code, signal) => {
      onExit(signal === null ? `exit code ${code ?? 'unknown'}` : signal);
    });
    const gate = child.stdin;
    gate?.on('error', () => undefined);
    child.unref();
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw new Error('the process ended immediately');
    return {
      identity,
      release: () => {
        gate?.end('go\n');
      },
    };
  } finally {
    await output.close();
    await errors.close();
  }
}
