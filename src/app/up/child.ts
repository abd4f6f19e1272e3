import { fork, type ChildProcess } from 'node:child_process';

import { ExternalError } from '../../diagnostics/index.js';
import { signalGroup } from '../../host/index.js';
import { executableFile } from '../../package/index.js';
import type { PartMessage } from '../parts/index.js';

/**
 * One part of `lavaflow up` in a process of its own. starting -> ready -> (stopping ->) ended.
 *
 * It leads its own process group, so that Ctrl-C reaches only `up`, which stops its parts in order, and so that
 * processes that a part leaves behind can be killed with it.
 */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /**
   * Resolves with what the part reported when it became ready.
   * @throws ExternalError when it ends before that
   */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  /** Resolves when the process has ended, with a sentence that describes how. Never rejects. */
  readonly ended: Promise<string>;
  /** SIGTERM, and SIGKILL to its whole group after `graceMs`. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
}

/** Starts `lavaflow ARGS...`. @param name for messages */
export function startChild(
  name: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    /** Instead of the environment of `up`. */
    readonly env?: Readonly<Record<string, string>>;
    readonly onStatus?: (status: unknown) => void;
  },
): Child {
  const process_ = fork(executableFile(), args, {
    cwd: options.cwd,
    env: { ...(options.env ?? process.env), LAVAFLOW_LOG_LEVEL: process.env['LAVAFLOW_LOG_LEVEL'] ?? 'warn' },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    process_.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    process_.once('exit', (code, signal) => {
      resolve(signal === null ? `ended with exit code ${String(code)}` : `was killed by ${signal}`);
    });
  });
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    process_.on('message', (message: PartMessage) => {
      if (message.type === 'ready') resolve(message.ready);
      else options.onStatus?.(message.status);
    });
    void ended.then((how) => {
      reject(
        new ExternalError({
          what: `start the ${name}`,
          where: `lavaflow ${args.join(' ')}`,
          why: `it ${how}`,
          retry: 'after-change',
        }),
      );
    });
  });
  // Callers that wait for `ready` get the failure. Nobody waits once the part was asked to stop.
  ready.catch(() => undefined);
  return {
    name,
    pid: process_.pid ?? 0,
    ready,
    ended,
    stop: (graceMs) => stopProcess(process_, ended, graceMs),
  };
}

async function stopProcess(process_: ChildProcess, ended: Promise<string>, graceMs: number): Promise<void> {
  const pid = process_.pid;
  if (pid === undefined) return;
  process_.kill('SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(pid, 'SIGKILL');
  }, graceMs);
  await ended;
  clearTimeout(timer);
  // Also kill what the part left in its group.
  signalGroup(pid, 'SIGKILL');
}
