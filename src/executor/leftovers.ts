import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from '../host/index.js';
import type { JobLog } from './log/job-log.js';

/** A process as /proc/PID/stat tells it. */
interface ProcessLine {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
}

/**
 * Ends what commands of the job left running in the executor's process group. Only when the executor leads its group
 * (the agent starts it so): in a group of others it is not for us to say what is left over.
 */
export async function endLeftovers(log: JobLog): Promise<void> {
  if (readProcess(process.pid)?.group !== process.pid) return;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const left = leftovers();
    if (left.length === 0) return;
    if (attempt === 0) log.debug(`ending ${left.length} processes that the job left behind`);
    for (const pid of left) tryKill(pid, attempt < 5 ? 'SIGTERM' : 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  log.error('processes of the job are still there after SIGKILL');
}

function leftovers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((item) => item !== undefined)
    .filter((item) => item.group === process.pid && item.pid !== process.pid && item.state !== 'Z')
    .map((item) => item.pid);
}

/** Undefined for a process that is gone. */
function readProcess(pid: number): ProcessLine | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it ended between the listing and now
  }
  // The name in parentheses may hold blanks and parentheses; the fields come after the last one.
  const [state = '', , group = ''] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid, group: Number(group), state };
}

function tryKill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
