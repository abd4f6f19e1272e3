import { existsSync, readdirSync } from 'node:fs';
import type { SoakLab } from './lab.js';
import type { Ledger } from './ledger.js';
import type { MasterClient } from './master.js';
import type { Monitor } from './monitor.js';
import { wait } from './part.js';
import { workers } from './plan.js';
import { processesOf } from './processes.js';

const drainMs = 420_000;
const patienceMs = 20_000;

/** Waits until every job has ended. Jobs that no board is free for are canceled. @returns one sentence for each violation */
export async function drain(master: MasterClient, ledger: Ledger, monitor: Monitor): Promise<string[]> {
  const end = performance.now() + drainMs;
  while (true) {
    const open = await monitor.alone(async () => {
      const jobs = await master.allJobs();
      for (const job of jobs) monitor.checkJob(job);
      const left = jobs.filter(({ state }) => state !== 'Finished');
      if (left.length === 0) for (const job of jobs) await monitor.close(job);
      return left;
    });
    if (open.length === 0) return [];
    for (const { id } of open.filter(({ id, state }) => state === 'Submitted' && ledger.acknowledged.has(id)))
      await master.cancel(id);
    if (performance.now() > end) {
      return open.map(
        ({ id, state }) => `job ${id} has not ended ${drainMs / 1000} s after the load: ${state}`,
      );
    }
    await wait(1000);
  }
}

/** Stops every part, and looks for what is left. @returns one sentence for each violation */
export async function stopAll(lab: SoakLab): Promise<string[]> {
  const problems: string[] = [];
  for (const name of [...workers, 'controller', 'boards', 'master'] as const) {
    const code = await lab.part(name).end('SIGTERM');
    if (code !== 0) problems.push(`${name} was stopped at the end, and ended with exit code ${code}`);
  }
  const end = performance.now() + patienceMs;
  while (processesOf(lab.mark).length > 0 && performance.now() < end) await wait(200);
  const left = processesOf(lab.mark);
  problems.push(...left.map(({ pid, words }) => `process ${pid} is left: ${words.join(' ').slice(0, 200)}`));
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  const directories = [lab.place('tmp'), ...workers.map((worker) => lab.jobDirectories(worker))];
  for (const directory of directories.filter(existsSync))
    for (const name of readdirSync(directory)) problems.push(`a file is left: ${directory}/${name}`);
  return problems;
}
