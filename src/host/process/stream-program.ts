/**
 * Runs a program in a process group of its own and passes on its output while it runs.
 *
 *   running -> ended       it exited by itself; only its exit code decides whether it succeeded
 *   running -> cut off     a limit was reached, or the caller cancelled it or stopped reading: the whole group is killed,
 *                          because helpers of the program (git's transports) would keep waiting for a server that hangs
 */
import { spawn } from 'node:child_process';
import { signalGroup } from './signal.js';

export interface ProgramOptions {
  readonly cwd?: string;
  /** The complete environment of the program. Default: ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default: empty. */
  readonly input?: string | Uint8Array;
  /** Exit codes that mean success. Default: 0. */
  readonly successCodes?: readonly number[];
  /** Called with the exit code of a program that succeeded. */
  readonly onExit?: (code: number) => void;
  /** Milliseconds for the whole run. Default: no limit. */
  readonly timeoutMs?: number;
  /** Milliseconds without output on standard output or standard error while we wait for it. Default: no limit. */
  readonly silenceMs?: number;
  /** Bytes of standard output. Default: no limit. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** A program that failed, was killed or was cut off. */
export class ProgramError extends Error {
  /** Null if it did not exit by itself. */
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.name = 'ProgramError';
    this.exitCode = exitCode;
  }
}

/** The first chunks of standard error are kept for the message. */
const keptErrorChunks = 64;

/**
 * Standard output, chunk by chunk. A caller that stops reading ends the program.
 * @throws ProgramError with the program's standard error, or the reason why it was cut off; an error of the operating
 *   system if it cannot be started
 */
export async function* streamProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): AsyncGenerator<Buffer, void> {
  const { successCodes = [0], maxBytes = Infinity, silenceMs, signal } = options;
  if (signal?.aborted === true) throw calledOff();
  const run = start(program, args, options);
  const silence = new Silence(silenceMs, () => {
    run.cut(new ProgramError(`no output for ${(silenceMs ?? 0) / 1000} s`, null));
  });
  run.child.stderr.on('data', () => {
    silence.heard();
  });
  let isRead = false;
  try {
    let size = 0;
    silence.begin();
    for await (const chunk of run.child.stdout as AsyncIterable<Buffer>) {
      // The time that the reader needs does not count.
      silence.end();
      size += chunk.byteLength;
      if (size > maxBytes) throw new ProgramError(`more than ${maxBytes} bytes`, null);
      yield chunk;
      silence.begin();
    }
    isRead = true;
    const { code, by } = await run.ended;
    if (run.cutOff() !== null || code === null || !successCodes.includes(code)) throw failure(code, by);
    options.onExit?.(code);
  } catch (error) {
    if (error instanceof ProgramError) throw error;
    // The stream broke because the program was cut off or could not be started. That error is more useful than the
    // error of the stream.
    run.cut(new ProgramError('its output was truncated', null));
    const { code, by } = await run.ended;
    throw failure(code, by);
  } finally {
    silence.end();
    if (!isRead) run.cut(new ProgramError('its output is not being read', null));
    await run.ended.catch(() => undefined);
    run.forget();
  }

  function failure(code: number | null, by: string | null): ProgramError {
    const cutOff = run.cutOff();
    if (cutOff !== null) return cutOff;
    const how = code === null ? `was killed by ${by ?? 'a signal'}` : `exited with code ${code}`;
    return new ProgramError(run.errorText() || `${program} ${how}`, code);
  }
}

/**
 * Standard output as text (UTF-8).
 * @throws the errors of `streamProgram`
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const output: Buffer[] = [];
  for await (const chunk of streamProgram(program, args, options)) output.push(chunk);
  return Buffer.concat(output).toString('utf8');
}

function start(program: string, args: readonly string[], options: ProgramOptions) {
  const { cwd, env, input = '', timeoutMs, signal } = options;
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const errors: Buffer[] = [];
  let cutOff: ProgramError | null = null;
  let isClosed = false;
  function cut(error: ProgramError): void {
    if (isClosed) return;
    cutOff ??= error;
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    // A process that left the group may still hold the other ends.
    child.stdout.destroy();
    child.stderr.destroy();
  }
  const ended = new Promise<{ code: number | null; by: string | null }>((resolve, reject) => {
    child.once('error', (error) => {
      isClosed = true;
      reject(error);
    });
    child.once('close', (code, by) => {
      isClosed = true;
      resolve({ code, by });
    });
  });
  // The caller awaits this; until then, a failure to start must not be reported as an unhandled rejection.
  ended.catch(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < keptErrorChunks) errors.push(chunk);
  });
  // The program may exit before it has read everything. Then its exit code counts, not the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const deadline =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          cut(new ProgramError(`did not finish within ${timeoutMs / 1000} s`, null));
        }, timeoutMs);
  const callOff = (): void => {
    cut(calledOff());
  };
  signal?.addEventListener('abort', callOff, { once: true });
  return {
    child,
    ended,
    cut,
    cutOff: () => cutOff,
    errorText: () => Buffer.concat(errors).toString('utf8'),
    forget: () => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', callOff);
    },
  };
}

function calledOff(): ProgramError {
  return new ProgramError('it was cancelled', null);
}

/** Measures how long the program has been silent, from `begin` to `end`. */
class Silence {
  readonly #limitMs: number | undefined;
  readonly #onLimit: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number | undefined, onLimit: () => void) {
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
  }

  begin(): void {
    if (this.#limitMs !== undefined) this.#timer = setTimeout(this.#onLimit, this.#limitMs);
  }

  heard(): void {
    this.#timer?.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
