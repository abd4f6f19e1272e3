import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { hasCode } from '../../host/index.js';

/**
 * One `lavaflow up` a lab. The file names the process and when that process started, so that a reused process id is
 * not taken for a running one.
 * @returns a function that gives the lock back
 * @throws UsageError when another one runs
 */
export function lockUp(stateRoot: string): () => void {
  const file = join(stateRoot, 'up.lock');
  const mine = `${process.pid} ${startTimeOf(process.pid) ?? ''}`;
  for (;;) {
    try {
      const descriptor = openSync(file, 'wx', 0o600);
      writeSync(descriptor, mine);
      closeSync(descriptor);
      return () => {
        rmSync(file, { force: true });
      };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const [pid = '', started = ''] = readFileSync(file, 'utf8').split(' ');
    if (startTimeOf(Number(pid)) === started) {
      throw new UsageError(
        `lavaflow up runs already for this lab (process ${pid})`,
        'stop it first, or work in another clone',
      );
    }
    rmSync(file, { force: true });
  }
}

/** The kernel's start time of a process, in clock ticks since boot; null when there is no such process (proc(5)). */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
