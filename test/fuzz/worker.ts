/** Runs the campaign of one target in a thread: if an input uses up the memory, only the thread ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { startCpuClock } from '../support/clocks.js';
import { runCampaign } from './campaign.js';
import { targets } from './targets/index.js';
import type { ThreadMessage, ThreadSettings } from './thread.js';

const { name, seed, cpuMs, shared } = workerData as ThreadSettings;
const target = targets.find((one) => one.name === name);
if (target === undefined || parentPort === null) throw new Error(`no target ${name}`);
const port = parentPort;
const elapsedMs = startCpuClock();
const head = new Int32Array(shared, 0, 2);
const bytes = new Uint8Array(shared, 8);

function send(message: ThreadMessage): void {
  port.postMessage(message);
}

await runCampaign(target, {
  seed,
  isOver: () => elapsedMs() >= cpuMs,
  onInput: (input) => {
    bytes.set(input);
    Atomics.store(head, 1, input.length);
    Atomics.add(head, 0, 1);
  },
  onFinding: ({ signature, details, input }) => {
    send({ kind: 'finding', signature, details, input: new Uint8Array(input) });
  },
  onProgress: (progress) => {
    send({ kind: 'progress', ...progress });
  },
});
