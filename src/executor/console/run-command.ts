import { StringDecoder } from 'node:string_decoder';
import { JobFailure, type ErrorType } from '../failure.js';
import { TargetLines } from '../log/target-lines.js';
import type { JobLog } from '../log/job-log.js';
import type { Scope } from '../pipeline/scope.js';
import { endProcess, resolveCommand, spawnTied } from './spawn.js';

/**
 * Runs a command on the worker (power, relay, a user command) and waits for its end. Logs its output as it arrives.
 * @throws JobFailure of type `blame` when the command cannot start or fails
 */
export async function runCommand(
  command: string,
  what: string,
  context: { readonly log: JobLog; readonly scope: Scope; readonly blame: ErrorType },
): Promise<void> {
  const { log, scope, blame } = context;
  scope.throwIfAborted();
  log.debug(`${what}: ${command}`);
  const child = spawnTied(resolveCommand(command, what));
  child.stdin.on('error', () => undefined); // the command may not read its input
  child.stdin.end();
  const lines = new TargetLines((line) => {
    log.debug(line);
  });
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => {
      if (!log.isFull) lines.push(decoder.write(chunk));
    });
  }
  const onAbort = () => {
    void endProcess(child, 1000);
  };
  scope.signal.addEventListener('abort', onAbort, { once: true });
  scope.waitingFor = `the end of '${command}'`;
  const ended = await new Promise<string | number>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    // 'exit', not 'close': a daemon that the command started may keep its output open forever.
    child.once('exit', (code, signal) => {
      setImmediate(() => {
        resolve(code ?? `killed by ${signal ?? 'a signal'}`);
      });
    });
  });
  scope.signal.removeEventListener('abort', onAbort);
  scope.waitingFor = undefined;
  child.stdout.destroy();
  child.stderr.destroy();
  lines.flush();
  scope.throwIfAborted();
  if (ended !== 0) {
    const why = typeof ended === 'number' ? `exit code ${ended}` : ended;
    throw new JobFailure(blame, `${what}: '${command}' failed (${why})`);
  }
}
