import { ExternalError, reasonOf, visible } from '../diagnostics/index.js';
import { hasCode, ProgramError, runProgram } from '../host/index.js';
import type { NotificationChannel } from '../report/index.js';

export interface CommandOptions {
  readonly name: string;
  /** The program, by its absolute path, and its arguments. No shell is involved. */
  readonly run: readonly [string, ...string[]];
  readonly timeoutMs: number;
}

const longestReason = 500;
/** Nobody reads the output. */
const maxOutputBytes = 1024 * 1024;
/** Not the environment of the controller: it contains the tokens of masters. */
const passed = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** A program that gets each notice as JSON on standard input. It has taken it if it exits with 0. */
export function createCommandChannel({ name, run, timeoutMs }: CommandOptions): NotificationChannel {
  const [program, ...args] = run;
  return {
    name,
    async send({ id, text, message }, signal) {
      const { phase, at, incident } = message;
      const input = `${JSON.stringify({ format: 'lavaflow-notice', version: 1, id, phase, at, ...text, incident })}\n`;
      try {
        const env = Object.fromEntries(
          passed.flatMap((variable) => {
            const value = process.env[variable];
            return value === undefined ? [] : [[variable, value]];
          }),
        );
        await runProgram(program, args, {
          input,
          env,
          cwd: '/',
          timeoutMs,
          maxBytes: maxOutputBytes,
          signal,
        });
        return null;
      } catch (error) {
        throw failure(error, program);
      }
    },
  };
}

function failure(error: unknown, program: string): unknown {
  const isMissing = hasCode(error, 'ENOENT', 'EACCES', 'ENOEXEC');
  if (!(error instanceof ProgramError) && !isMissing) return error;
  return new ExternalError({
    what: 'run the command of a channel',
    where: program,
    why: visible(reasonOf(error).trim()).slice(0, longestReason),
    // A command that fails may need the network.
    retry: isMissing ? 'after-change' : 'soon',
    ...(isMissing ? { hint: 'Check that the program exists and can be executed.' } : {}),
    cause: error,
  });
}
