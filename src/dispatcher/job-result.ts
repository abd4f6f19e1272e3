/**
 * The result of a job whose executor did not write one (LAVA's log format: the last line of a log is the result
 * `lava`/`job`).
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../host/index.js';
import { jobResultIn } from '../job/index.js';
import { readJobFile } from './job-files.js';

export interface Failure {
  readonly message: string;
  readonly errorType: 'Infrastructure' | 'Configuration' | 'Canceled';
  /** The job exceeded its timeout. That is a result of a health check, as if the executor had reported it. */
  readonly isTimeout?: boolean;
}

const tailBytes = 1024 * 1024;

/**
 * The result of a job, if its executor has written one: as a file, or as the last line of the log. Removes an incomplete
 * last line from the log.
 * @returns null if there is none
 */
export async function findResult(directory: string): Promise<object | null> {
  if ((await readJobFile(join(directory, 'result.yaml'))) !== null) return {};
  return await withLog(directory, endingResult);
}

/**
 * Completes log and result if the executor did not: removes an incomplete last line, appends the result line unless
 * the log ends with one, and writes result.yaml. Idempotent: it can be repeated after a crash.
 * @returns whether the executor had written no result
 */
export async function completeResult(directory: string, failure: Failure, now: Date): Promise<boolean> {
  const resultFile = join(directory, 'result.yaml');
  const result = {
    definition: 'lava',
    case: 'job',
    result: 'fail',
    error_msg: failure.message,
    error_type: failure.errorType,
    // Then the end of the job says nothing about the board: docs/master.md.
    ...(failure.isTimeout === true ? {} : { reported_by: 'dispatcher' }),
  };
  return await withLog(directory, async (log) => {
    const found = await endingResult(log);
    const hasResult = (await readJobFile(resultFile)) !== null;
    if (found === null && !hasResult) await log.appendFile(lineOf(result, now));
    await log.sync();
    if (hasResult) return false;
    // Whatever else has this name.
    await rm(resultFile, { recursive: true, force: true });
    // JSON is YAML.
    await replaceFile(resultFile, `${JSON.stringify(found ?? result)}\n`);
    return true;
  });
}

/** Appends the result of an action that failed, after removing an incomplete last line. */
export async function appendFailedAction(directory: string, name: string, why: string): Promise<void> {
  const result = { definition: 'lava', case: name, result: 'fail', extra: { fail: why } };
  await withLog(directory, async (log) => {
    await endingResult(log);
    await log.appendFile(lineOf(result, new Date()));
  });
}

function lineOf(result: object, now: Date): string {
  return `${JSON.stringify({ dt: now.toISOString().replace('Z', ''), lvl: 'results', msg: result })}\n`;
}

async function withLog<T>(directory: string, work: (log: FileHandle) => Promise<T>): Promise<T> {
  const log = await open(join(directory, 'output.yaml'), 'a+', 0o600);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/**
 * Truncates the log after its last newline; returns the message of its last line if that is a job's result, else
 * null.
 */
async function endingResult(log: FileHandle): Promise<object | null> {
  const { size } = await log.stat();
  const tail = await readTail(log, size);
  const end = tail.lastIndexOf(0x0a) + 1;
  if (end === 0 && size > tail.length) {
    // An incomplete line of more than a megabyte: terminate it, and the dispatcher replaces it.
    await log.appendFile('\n');
    return null;
  }
  if (end < tail.length) await log.truncate(size - tail.length + end);
  const lastLine = tail.subarray(tail.lastIndexOf(0x0a, end - 2) + 1, end).toString();
  return jobResultIn(lastLine);
}

async function readTail(log: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, tailBytes);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}
