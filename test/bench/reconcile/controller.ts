import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../../../../bin/lavaflow', import.meta.url));

interface Status {
  readonly masters: Readonly<
    Record<string, { readonly state: string; readonly lastApplied: { readonly revision: string } | null }>
  >;
}

const timeoutMs = 600_000;

/** `lavaflow controller` on a lab, in its own process. */
export interface RunningController {
  /** Resolves when the changes of `revision` have been written to every master and read back. */
  applied(revision: string): Promise<void>;
  /** Resolves when everything on every master has been compared as well. */
  settled(revision: string): Promise<void>;
  /** Its peak memory use, in MB. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

export function startController(
  directory: string,
  masters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningController {
  const child = spawn(process.execPath, [executable, 'controller', '--lab', directory], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log = (log + text.toString()).slice(-4000)));
  const statusFile = join(directory, '.lavaflow', 'status.json');

  function isApplied(revision: string, state: string | null): boolean {
    if (!existsSync(statusFile)) return false;
    const { masters: states } = JSON.parse(readFileSync(statusFile, 'utf8')) as Status;
    return masters.every((name) => {
      const master = states[name];
      return master?.lastApplied?.revision === revision && (state === null || master.state === state);
    });
  }

  async function until(isReached: () => boolean): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!isReached()) {
      if (child.exitCode !== null) throw new Error(`the controller ended:\n${log}`);
      if (performance.now() > end) throw new Error(`not finished within ${timeoutMs / 1000} s:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  return {
    applied: (revision) => until(() => isApplied(revision, null)),
    settled: (revision) => until(() => isApplied(revision, 'idle')),
    peakMegabytes() {
      const [, kilobytes = '0'] =
        /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kilobytes) / 1024);
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
