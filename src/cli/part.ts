import type { PartMessage, RunningPart } from '../app/parts/index.js';
import { print } from './output.js';

/**
 * Runs a part (app/parts) in this process, and returns when it has stopped. As a child of `lavaflow up` it reports over
 * the IPC channel. Otherwise it prints the same facts, one per line (`NAME VALUE`), then `ready`, and nothing else.
 *
 * starting -> ready -> stopping -> stopped. SIGTERM, SIGINT and the exit of the parent stop it in any state.
 * @throws what `start` or `stop` throws
 */
export async function runPart(
  start: (report: (status: unknown) => void) => Promise<RunningPart>,
): Promise<void> {
  const stopAsked = waitForStop();
  const part = await start((status) => {
    sendToParent({ type: 'status', status });
  });
  if (process.send === undefined) print(describeFacts(part.ready));
  else sendToParent({ type: 'ready', ready: part.ready });
  await stopAsked;
  await part.stop();
  if (process.connected) process.disconnect();
}

/** Whether log lines are for people: in a terminal, and among the messages of `lavaflow up`. */
export function hasPrettyLog(): boolean {
  return process.stderr.isTTY || process.send !== undefined;
}

function describeFacts(ready: RunningPart['ready']): string {
  return [...Object.entries(ready).map(([name, value]) => `${name} ${String(value)}`), 'ready'].join('\n');
}

/** Does nothing without a parent. */
function sendToParent(message: PartMessage): void {
  if (process.send === undefined || !process.connected) return;
  process.send(message, undefined, undefined, (error) => {
    // When the parent has exited, `disconnect` stops this part, and nobody is left to report to.
    if (error !== null && process.connected) throw error;
  });
}

/** Resolves at the first SIGTERM or SIGINT, or when the parent exits. */
function waitForStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.once('disconnect', stop);
  });
}
