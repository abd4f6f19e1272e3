import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, isDiskFull, readIfThere, replaceFileSync, steadyMs } from '../host/index.js';
import {
  formatStage,
  readDeviceConfiguration,
  reserveFile,
  stageFile,
  type DeviceConfiguration,
  type Stage,
} from '../job/index.js';
import { JobFailure } from './failure.js';
import { dumpFlow, type LogMapping } from './log/flow-line.js';

/** The files that the agent writes to a job's directory. A missing dispatcher or environment file counts as empty. */
export interface JobFiles {
  readonly job: string;
  readonly device: string;
  readonly dispatcher: string;
  readonly boardEnvironment: string;
}

export async function readJobFiles(directory: string): Promise<JobFiles> {
  return {
    job: await readFile(join(directory, 'job.yaml'), 'utf8'),
    device: await readFile(join(directory, 'device.yaml'), 'utf8'),
    dispatcher: (await readIfThere(join(directory, 'dispatcher.yaml'))) ?? '',
    boardEnvironment: (await readIfThere(join(directory, 'env-dut.yaml'))) ?? '',
  };
}

/** @throws JobFailure (Configuration) when device.yaml is not a mapping */
export function deviceOf(files: Pick<JobFiles, 'device'>): DeviceConfiguration {
  const read = readDeviceConfiguration(files.device);
  if (!read.ok) throw new JobFailure('Configuration', `device.yaml is ${read.problem}`);
  return read.device;
}

export interface Output {
  /** Number of lines that are missing because the disk was full. */
  readonly lost: number;
  write(line: string): void;
  close(): void;
}

/**
 * Appends lines to output.yaml, each in one write, so that a reader sees only complete lines. A full disk loses lines, but
 * does not stop the caller: the board has to be powered off in any case.
 * @param onFull called when a line is lost
 */
export function openOutput(directory: string, onFull: () => void): Output {
  const file = openSync(join(directory, 'output.yaml'), 'a', 0o644);
  let lost = 0;
  return {
    get lost() {
      return lost;
    },
    write: (line) => {
      const bytes = Buffer.from(`${line}\n`);
      const { size } = fstatSync(file);
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        ftruncateSync(file, size);
        lost += 1;
        onFull();
      }
    },
    close: () => {
      fsyncSync(file);
      closeSync(file);
    },
  };
}

/** Announces to the watchdog which stage begins now, and how long it may last. */
export function announceStage(directory: string, name: Stage['name'], limitMs: number): void {
  const path = join(directory, stageFile);
  const line = formatStage({ name, sinceMs: steadyMs(), limitMs });
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    writeFileSync(path, line, { mode: 0o644 });
    return;
  }
  try {
    // In place: the space for it exists even if the disk is full.
    writeSync(file, line, 0);
  } finally {
    closeSync(file);
  }
}

/** Releases the space on the disk that is kept for the result of the job. */
export function releaseReserve(directory: string): void {
  rmSync(join(directory, reserveFile), { force: true });
}

/** Writes a file of the job atomically, even if the power fails. */
export function writeWhole(directory: string, name: string, text: string): void {
  replaceFileSync(join(directory, name), text, { mode: 0o644 });
}

export function writeResult(directory: string, result: LogMapping): void {
  writeWhole(directory, 'result.yaml', `${dumpFlow(result)}\n`);
}
