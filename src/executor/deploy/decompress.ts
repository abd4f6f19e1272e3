import { spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, isDiskFull } from '../../host/index.js';
import { findProgram } from '../console/spawn.js';
import { JobFailure } from '../failure.js';
import type { RunnableCompression } from '../supported/runnable-job.js';
import { limitBytes } from './limit-bytes.js';

const programs: Readonly<Record<Exclude<RunnableCompression, 'gz'>, string>> = {
  bz2: 'bzip2',
  xz: 'xz',
  zstd: 'zstd',
};

/** The program that is missing on this worker to unpack `compression`; undefined if none is. */
export function missingProgram(compression: RunnableCompression | undefined): string | undefined {
  if (compression === undefined || compression === 'gz') return undefined;
  const program = programs[compression];
  return findProgram(program) === undefined ? program : undefined;
}

/** Checks what is written, while it is written. */
export type Guard = () => Transform;

/** The limit for an unpacked image alone. */
export function guardSize(maxBytes: number): Guard {
  return () => limitBytes(maxBytes, 'the unpacked image', 'image_mib');
}

/**
 * Unpacks a stream to a file without loading it into memory.
 * @param guards each creates a stream that passes on what is written, or fails
 * @throws JobFailure (Job) when the data does not have the specified format
 * @throws the source's own error when reading from it fails
 */
export async function writeUnpacked(
  source: Readable,
  file: string,
  compression: RunnableCompression | undefined,
  signal: AbortSignal,
  guards: readonly Guard[],
): Promise<void> {
  if (compression === undefined) {
    await pipeline([source, ...guards.map((create) => create()), newFile(file)], { signal });
  } else if (compression === 'gz') {
    try {
      await pipeline([source, createGunzip(), ...guards.map((create) => create()), newFile(file)], {
        signal,
      });
    } catch (error) {
      if (!isZlibError(error)) throw error;
      throw new JobFailure('Job', `the file is not gzip data: ${error.message}`);
    }
  } else {
    await pipeThrough(source, file, programs[compression], signal, guards);
  }
}

function newFile(file: string): WriteStream {
  return createWriteStream(file, { flags: 'wx', mode: 0o600 });
}

async function pipeThrough(
  source: Readable,
  file: string,
  program: string,
  signal: AbortSignal,
  guards: readonly Guard[],
): Promise<void> {
  const child = spawn(program, ['-d', '-c'], { stdio: 'pipe', signal, killSignal: 'SIGKILL' });
  let message = '';
  child.stderr.on('data', (chunk: Buffer) => {
    message = (message + chunk.toString()).slice(0, 1000);
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => {
      resolve(-1);
    });
    child.once('close', (code) => {
      resolve(code ?? -1);
    });
  });
  const feeding = pipeline(source, child.stdin, { signal });
  const writing = pipeline([child.stdout, ...guards.map((create) => create()), newFile(file)], { signal });
  // When the limit is reached, nothing reads the program's output any more.
  writing.catch(() => child.kill('SIGKILL'));
  const [fed, written, code] = await Promise.allSettled([feeding, writing, ended]);
  signal.throwIfAborted();
  for (const part of [fed, written]) {
    // The program was ended because of it, and reports nothing useful.
    if (part.status === 'rejected' && (part.reason instanceof JobFailure || isDiskFull(part.reason))) {
      throw part.reason;
    }
  }
  // If the program closes its input early, its exit code and its own message report why.
  if (code.status === 'fulfilled' && code.value !== 0) {
    throw new JobFailure('Job', `${program} cannot unpack the file: ${message.trim() || 'it failed'}`);
  }
  for (const part of [fed, written]) if (part.status === 'rejected') throw part.reason;
}

function isZlibError(error: unknown): error is Error {
  const code = codeOf(error) ?? '';
  return code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE';
}
