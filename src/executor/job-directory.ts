import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dumpFlow, type LogMapping } from './log/flow-line.js';

/** What the agent puts into a job's directory. Absent dispatcher and environment files are empty. */
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
    dispatcher: await readOptional(join(directory, 'dispatcher.yaml')),
    boardEnvironment: await readOptional(join(directory, 'env-dut.yaml')),
  };
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Appends lines to output.yaml, each in one write: a reader sees whole lines only. */
export function openOutput(directory: string): { write(line: string): void; close(): void } {
  const file = openSync(join(directory, 'output.yaml'), 'a', 0o644);
  return {
    write: (line) => {
      const bytes = Buffer.from(`${line}\n`);
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    },
    close: () => {
      fsyncSync(file);
      closeSync(file);
    },
  };
}

/** Writes a file of the job so that it is there as a whole or not at all, even after a power cut. */
export function writeWhole(directory: string, name: string, text: string): void {
  const path = join(directory, name);
  const file = openSync(`${path}.new`, 'w', 0o644);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

export function writeResult(directory: string, result: LogMapping): void {
  writeWhole(directory, 'result.yaml', `${dumpFlow(result)}\n`);
}
