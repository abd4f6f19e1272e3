import { print } from './output.js';

/**
 * A part is a long-running command: master, dispatcher, controller, board. It runs alone in a terminal, or as a
 * child of `lavaflow up`, to which it reports over the IPC channel. Alone, it prints what it would report, one
 * fact a line (`NAME VALUE`), then `ready`, and nothing else.
 *
 * starting -> ready -> stopping -> stopped. SIGTERM, SIGINT and the end of the parent stop it, from any state.
 */
export interface RunningPart {
  /** What the parent, or the person at the terminal, needs to know now that it runs. Plain JSON. */
  readonly ready: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export type PartMessage =
  | { readonly type: 'ready'; readonly ready: Readonly<Record<string, unknown>> }
  | { readonly type: 'status'; readonly status: unknown };

/** Starts the part and returns when it has stopped. @throws what `start` or `stop` throws */
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

function describeFacts(ready: RunningPart['ready']): string {
  return [...Object.entries(ready).map(([name, value]) => `${name} ${String(value)}`), 'ready'].join('\n');
}

/** Tells the parent something; without a parent, nothing happens. */
function sendToParent(message: PartMessage): void {
  if (process.send === undefined || !process.connected) return;
  process.send(message, undefined, undefined, (error) => {
    // The parent is gone: `disconnect` stops this part, there is nobody to tell.
    if (error !== null && process.connected) throw error;
  });
}

/** Resolves at the first SIGTERM or SIGINT, or when the parent ends. */
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
