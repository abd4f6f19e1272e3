import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFileSync } from '../host/index.js';
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

/** Appends lines to output.yaml, each in one write, so that a reader sees only complete lines. */
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

/** Writes a file of the job atomically, even if the power fails. */
export function writeWhole(directory: string, name: string, text: string): void {
  replaceFileSync(join(directory, name), text, { mode: 0o644 });
}

export function writeResult(directory: string, result: LogMapping): void {
  writeWhole(directory, 'result.yaml', `${dumpFlow(result)}\n`);
}
