/**
 * What the dispatcher stores about a job, in the job's directory:
 * - `agent.json`: the record below, written durably before any action that depends on it. A directory without one
 *   belongs to a START that was never confirmed;
 * - `acknowledged`: how much of the log the master has. This only saves work: the master skips lines that it has.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, readIfThere, replaceFile, syncDirectory, type ProcessIdentity } from '../host/index.js';
import { noStage, reserveFile, stageFile } from '../job/index.js';
import type { StartMessage } from '../wire/index.js';
import type { Isolation } from './isolation/isolation.js';
import { shareWithJob } from './job-files.js';

/** Enough for the log of powering off and for the result of the job. */
const reserve = '.'.repeat(256 * 1024);

export interface JobRecord {
  readonly id: number;
  /**
   * `prepared`: the files exist, nothing runs; `running`: the watchdog was started; `canceling`: the job is to end;
   * `ended`: nothing runs any more, log and result are complete.
   */
  readonly phase: 'prepared' | 'running' | 'canceling' | 'ended';
  readonly cookie: string;
  readonly isolation: Isolation;
  /** The process that watches the job's executor. It reads this record several times per second. */
  readonly watchdog: ProcessIdentity | null;
  /** When CANCEL arrived; milliseconds since 1970. */
  readonly cancelAtMs: number | null;
  /** Since when the executor is to be killed. */
  readonly killAtMs: number | null;
}

export interface Acknowledged {
  readonly lines: number;
  /** Number of bytes that those lines occupy in output.yaml. */
  readonly offset: number;
}

/** Writes the texts of START, and the record last. @param isolation with the user that runs the job */
export async function prepareJob(
  directory: string,
  message: StartMessage,
  cookie: string,
  isolation: Isolation,
): Promise<JobRecord> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = {
    'job.yaml': message.definition,
    'device.yaml': message.device,
    'dispatcher.yaml': message.dispatcher,
    'env.yaml': message.env,
    'env-dut.yaml': message.envDut,
    [stageFile]: noStage,
    [reserveFile]: reserve,
  };
  for (const [name, text] of Object.entries(files)) await createFile(join(directory, name), text);
  const { user } = isolation;
  if (user !== null) {
    // They exist before the job runs, so that it cannot create them.
    for (const name of ['output.yaml', 'acknowledged']) await createFile(join(directory, name), '');
    await shareWithJob(directory, user, {
      readable: ['job.yaml', 'device.yaml', 'dispatcher.yaml', 'env-dut.yaml'],
      writable: ['output.yaml', stageFile],
      own: [reserveFile],
    });
  }
  const record: JobRecord = {
    id: message.jobId,
    phase: 'prepared',
    cookie,
    isolation,
    watchdog: null,
    cancelAtMs: null,
    killAtMs: null,
  };
  await writeRecord(directory, record);
  await syncDirectory(join(directory, '..'));
  return record;
}

export async function writeRecord(directory: string, record: JobRecord): Promise<void> {
  await replaceFile(join(directory, 'agent.json'), JSON.stringify(record));
}

/** @returns null if the directory or the record does not exist */
export async function readRecord(directory: string): Promise<JobRecord | null> {
  const text = await readIfThere(join(directory, 'agent.json'));
  return text === null ? null : (JSON.parse(text) as JobRecord);
}

/** Reads the records of all jobs and deletes the directories of jobs that were never confirmed. */
export async function readRecords(jobsDirectory: string): Promise<JobRecord[]> {
  await mkdir(jobsDirectory, { recursive: true, mode: 0o700 });
  const records: JobRecord[] = [];
  for (const name of await readdir(jobsDirectory)) {
    const directory = join(jobsDirectory, name);
    const record = await readRecord(directory);
    if (record === null) await rm(directory, { recursive: true, force: true });
    else records.push(record);
  }
  return records;
}

export async function readAcknowledged(directory: string): Promise<Acknowledged> {
  const text = await readIfThere(join(directory, 'acknowledged'));
  const match = /^([0-9]+) ([0-9]+)\n$/.exec(text ?? '');
  return { lines: Number(match?.[1] ?? 0), offset: Number(match?.[2] ?? 0) };
}

export async function writeAcknowledged(directory: string, { lines, offset }: Acknowledged): Promise<void> {
  await writeFile(join(directory, 'acknowledged'), `${lines} ${offset}\n`, { mode: 0o600 });
}
