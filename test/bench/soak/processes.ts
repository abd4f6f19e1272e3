import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ExecutorFact } from './invariants.js';

export interface LabProcess {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

/** Running processes with this text in their environment, their command line or their working directory. */
export function processesOf(text: string): LabProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      // The name of the program, in parentheses, may contain anything.
      const [state = '', parent = ''] = (
        /.*\) (.*)/s.exec(readFileSync(`/proc/${name}/stat`, 'latin1'))?.[1] ?? ''
      ).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const places = [
        command,
        readFileSync(`/proc/${name}/environ`, 'utf8'),
        readlinkSync(`/proc/${name}/cwd`),
      ];
      return places.some((place) => place.includes(text))
        ? [
            {
              pid: Number(name),
              parent: Number(parent),
              words: command.split('\0').filter((word) => word !== ''),
            },
          ]
        : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/**
 * The executors among them. A process that only powers off a board, or still waits for its turn, is none. Neither is a child
 * of an executor that has not yet become another program.
 */
export function executorsOf(processes: readonly LabProcess[]): ExecutorFact[] {
  const like = processes.flatMap(({ pid, parent, words }) => {
    const isExecutor =
      words[0] === process.execPath &&
      words[1]?.endsWith('/executor.js') === true &&
      !words.includes('--power-off');
    const job = Number(words[words.indexOf('--job-id') + 1]);
    return isExecutor && Number.isInteger(job) ? [{ pid, parent, job }] : [];
  });
  const pids = new Set(like.map(({ pid }) => pid));
  return like.filter(({ parent }) => !pids.has(parent)).map(({ pid, job }) => ({ pid, job }));
}

/** The watchdogs of jobs among them. */
export function watchdogsOf(processes: readonly LabProcess[]): ExecutorFact[] {
  return processes.flatMap(({ pid, words }) => {
    const job = Number(/jobs\/(\d+)/.exec(words[2] ?? '')?.[1]);
    return words[1]?.endsWith('/watchdog.js') === true && Number.isInteger(job) ? [{ pid, job }] : [];
  });
}

/** Whether a process is still running the same program. */
export function isStill({ pid, job }: ExecutorFact): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--job-id\0${job}\0`) &&
      !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    );
  } catch {
    return false;
  }
}

export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
