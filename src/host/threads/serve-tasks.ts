import { parentPort } from 'node:worker_threads';

/**
 * The whole program of a thread of a `ThreadPool`: runs the tasks that arrive.
 * @param run executes one task; its result must be a value that can be cloned
 * @throws Error outside of a thread
 */
export function serveTasks(run: (input: unknown) => unknown): void {
  const port = parentPort;
  if (port === null) throw new Error('this program runs in a thread only');
  port.on('message', (input: unknown) => {
    port.postMessage(run(input));
  });
  // Loaded: from now on, a task's time counts.
  port.postMessage('ready');
}
