import { execFileSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { keepsJobs } from './invariants.js';
import type { SoakLab } from './lab.js';
import type { Ledger } from './ledger.js';
import type { MasterClient } from './master.js';
import type { Monitor } from './monitor.js';

const logsPerStep = 5;

/** Checks what the lab has stored, after it has recovered: one sentence for each violation. */
export async function checkStored(
  lab: SoakLab,
  master: MasterClient,
  ledger: Ledger,
  monitor: Monitor,
): Promise<string[]> {
  const acknowledged = [...ledger.acknowledged.keys()];
  const jobs = await master.allJobs();
  for (const job of jobs) monitor.checkJob(job);
  const closed = [...ledger.closed];
  for (let count = 0; count < Math.min(logsPerStep, closed.length); count += 1) {
    const id = closed[Math.floor(Math.random() * closed.length)];
    if (id !== undefined) await monitor.readLog(id);
  }
  return [
    ...keepsJobs(acknowledged, new Set(jobs.map(({ id }) => id))),
    ...checkDatabase(lab.database),
    ...[lab.repository, ...(lab.records === 'git' ? [lab.recordRepository] : [])].flatMap(checkRepository),
  ];
}

export function checkDatabase(file: string): string[] {
  const database = new Database(file, { readonly: true, timeout: 10_000 });
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    const keys = database.pragma('foreign_key_check') as readonly unknown[];
    return [
      ...(integrity === 'ok' ? [] : [`the database is damaged: ${String(integrity)}`]),
      ...(keys.length === 0 ? [] : [`the database has ${keys.length} foreign keys without a row`]),
    ];
  } finally {
    database.close();
  }
}

function checkRepository(directory: string): string[] {
  try {
    execFileSync('git', ['fsck', '--no-dangling', '--no-progress'], { cwd: directory, stdio: 'pipe' });
    return [];
  } catch (error) {
    return [`git fsck of ${directory}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
