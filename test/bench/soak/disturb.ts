import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { dictionaryOf, dictionaryPath, type SoakLab } from './lab.js';
import type { Ledger } from './ledger.js';
import type { Load } from './load.js';
import type { MasterClient } from './master.js';
import { wait, type Part } from './part.js';
import { boards, subjectOf, type Disturbance, type JobProcess, type PartName } from './plan.js';
import { executorsOf, openFilesOf, processesOf, watchdogsOf } from './processes.js';
import { damageRecord, leaveLock } from './records.js';

export interface Scene {
  readonly lab: SoakLab;
  readonly master: MasterClient;
  readonly ledger: Ledger;
  readonly load: Load;
  /** Reports a violation. */
  readonly report: (sentence: string) => void;
}

/** Disturbs the lab, waits, and undoes what does not undo itself. @returns what was done besides the plan; empty if nothing */
export async function disturb(scene: Scene, disturbance: Disturbance): Promise<string> {
  const over = scene.ledger.disturb({ kind: disturbance.kind, subject: subjectOf(disturbance) });
  try {
    return await act(scene, disturbance);
  } finally {
    over();
  }
}

async function act(scene: Scene, disturbance: Disturbance): Promise<string> {
  const { lab, master } = scene;
  switch (disturbance.kind) {
    case 'kill':
      return await restart(lab.part(disturbance.part), 'SIGKILL', disturbance.restartAfterMs);
    case 'stop': {
      const code = await lab.part(disturbance.part).end('SIGTERM');
      if (code !== 0) scene.report(`${disturbance.part} was stopped, and ended with exit code ${code}`);
      await wait(disturbance.restartAfterMs);
      lab.part(disturbance.part).start();
      return '';
    }
    case 'freeze':
      lab.part(disturbance.part).signal('SIGSTOP');
      await wait(disturbance.forMs);
      lab.part(disturbance.part).signal('SIGCONT');
      return '';
    case 'kill-job': {
      const chosen = chooseJob(lab, disturbance.process, disturbance.pick);
      for (const pid of chosen?.pids ?? []) signal(pid, 'SIGKILL');
      return chosen === null ? 'no job is running' : `job ${chosen.job}`;
    }
    case 'freeze-job': {
      const chosen = chooseJob(lab, disturbance.process, disturbance.pick);
      for (const pid of chosen?.pids ?? []) signal(pid, 'SIGSTOP');
      await wait(disturbance.forMs);
      for (const pid of chosen?.pids ?? []) signal(pid, 'SIGCONT');
      return chosen === null ? 'no job is running' : `job ${chosen.job}`;
    }
    case 'disk':
      return await fillDisk(lab, disturbance);
    case 'files':
      return await limitFiles(lab, disturbance.part, disturbance.spare, disturbance.forMs);
    case 'clock':
      if (!lab.hasClock) return 'not done: no libfaketime';
      lab.part(disturbance.part).setClock(disturbance.seconds);
      await wait(disturbance.forMs);
      lab.part(disturbance.part).setClock(0);
      return '';
    case 'database':
      return await holdDatabase(lab, disturbance.forMs, disturbance.killsMaster);
    case 'kill-at-write': {
      const submissions = Array.from({ length: 4 }, () => scene.load.submit());
      await wait(disturbance.afterMs);
      await restart(lab.part('master'), 'SIGKILL', disturbance.restartAfterMs);
      await Promise.all(submissions);
      return '';
    }
    case 'record': {
      const restore = damageRecord(lab, disturbance.pick);
      edit(lab, 0, 'while the record is damaged');
      await wait(disturbance.forMs);
      restore?.();
      edit(lab, 0, 'when the record is restored');
      return restore === null ? 'there is no record' : '';
    }
    case 'lock':
      leaveLock(lab, disturbance.how);
      edit(lab, 0, 'while the lock is taken');
      return '';
    case 'key': {
      const path = `workers/${disturbance.worker}/certificate.key`;
      lab.commit({ [path]: null }, `Remove the key of ${disturbance.worker}`);
      await wait(disturbance.forMs);
      lab.commit({ [path]: lab.certificateOf(disturbance.worker) }, 'Restore it');
      return '';
    }
    case 'edit':
      edit(lab, disturbance.board, 'edited');
      return '';
    case 'break': {
      const name = boards[disturbance.board]?.name ?? '';
      const broken = dictionaryOf(name, '').replace('{% extends', '{% extend');
      lab.commit({ [dictionaryPath(name)]: broken }, 'Break a dictionary');
      await wait(disturbance.forMs);
      edit(lab, disturbance.board, 'repaired');
      return '';
    }
    case 'check':
      // It may be refused while the master does not respond, which is not under test here.
      await master.setHealth(boards[disturbance.board]?.name ?? '', 'Unknown').catch(() => undefined);
      return '';
  }
}

async function restart(part: Part, how: 'SIGKILL' | 'SIGTERM', afterMs: number): Promise<string> {
  await part.end(how);
  await wait(afterMs);
  part.start();
  return '';
}

let edits = 0;

function edit(lab: SoakLab, board: number, note: string): void {
  edits += 1;
  const name = boards[board]?.name ?? '';
  lab.commit({ [dictionaryPath(name)]: dictionaryOf(name, `${note}, edit ${edits}`) }, note);
}

interface ChosenJob {
  readonly job: number;
  readonly pids: readonly number[];
}

/** The processes of one of the running jobs. */
function chooseJob(lab: SoakLab, which: JobProcess, pick: number): ChosenJob | null {
  const processes = processesOf(lab.mark);
  const executors = executorsOf(processes);
  const jobs = executors.map(({ job }) => job).sort((a, b) => a - b);
  const job = jobs[Math.floor(pick * jobs.length)];
  if (job === undefined) return null;
  const all = [
    ...(which === 'executor' ? [] : watchdogsOf(processes)),
    ...(which === 'watchdog' ? [] : executors),
  ];
  return { job, pids: all.filter((one) => one.job === job).map(({ pid }) => pid) };
}

async function fillDisk(
  lab: SoakLab,
  { disk, leaveBytes, forMs }: Extract<Disturbance, { kind: 'disk' }>,
): Promise<string> {
  if (!lab.hasDisks) return 'not done: no file system of its own';
  const file = join(lab.diskOf(disk), 'filler');
  const { bavail, bsize } = statfsSync(lab.diskOf(disk));
  const bytes = Math.max(1, bavail * bsize - leaveBytes);
  try {
    execFileSync('fallocate', ['-l', String(bytes), file], { stdio: 'ignore' });
  } catch {
    // The lab wrote something meanwhile: then the file has the rest.
  }
  await wait(forMs);
  rmSync(file, { force: true });
  return `${Math.round(bytes / 1024)} KiB`;
}

async function limitFiles(lab: SoakLab, name: PartName, spare: number, forMs: number): Promise<string> {
  const pid = lab.part(name).pid;
  if (pid === null) return 'it is not running';
  const limit = (soft: number) =>
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:`], { stdio: 'ignore' });
  const before = Number(
    execFileSync('prlimit', ['--pid', String(pid), '--nofile', '--output=SOFT', '--noheadings', '--raw'], {
      encoding: 'utf8',
    }),
  );
  const open = openFilesOf(pid);
  limit(open + spare);
  await wait(forMs);
  if (lab.part(name).pid === pid) limit(before);
  return `${open} open`;
}

/** Another connection writes for a while, as a backup program or a person with a shell may. */
async function holdDatabase(lab: SoakLab, forMs: number, killsMaster: boolean): Promise<string> {
  const database = new Database(lab.database, { timeout: 5000 });
  try {
    database.exec('BEGIN IMMEDIATE');
    await wait(killsMaster ? forMs / 2 : forMs);
    if (killsMaster) {
      await lab.part('master').end('SIGKILL');
      await wait(forMs / 2);
    }
    database.exec('ROLLBACK');
  } finally {
    database.close();
  }
  if (killsMaster) lab.part('master').start();
  return '';
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
