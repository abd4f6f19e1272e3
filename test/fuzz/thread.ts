import { Worker } from 'node:worker_threads';
import { startCpuClock } from '../support/clocks.js';
import type { Progress } from './campaign.js';
import type { Target } from './target.js';

export interface ThreadSettings {
  readonly name: string;
  readonly seed: number;
  /** The processor time after which the campaign ends. */
  readonly cpuMs: number;
  /** Number of inputs so far, length of the current input, and the current input. */
  readonly shared: SharedArrayBuffer;
}

export type ThreadMessage =
  | {
      readonly kind: 'finding';
      readonly signature: string;
      readonly details: string;
      readonly input: Uint8Array;
    }
  | ({ readonly kind: 'progress' } & Progress);

export interface ThreadFinding {
  readonly details: string;
  readonly input: Uint8Array;
}

const heapMb = 512;
/** An input that needs more processor time never ends. */
const hangMs = 30_000;

/**
 * Runs one target in a thread until the time is over, or until an input ends the thread: by using up its memory, or by not
 * coming to an end.
 */
export function runThread(
  target: Target,
  settings: { readonly seed: number; readonly cpuMs: number },
  onFinding: (finding: ThreadFinding) => void,
): Promise<Progress> {
  const shared = new SharedArrayBuffer(8 + 4 * target.mostBytes);
  const head = new Int32Array(shared, 0, 2);
  const currentInput = (): Uint8Array => new Uint8Array(shared, 8, head[1]).slice();
  const workerData: ThreadSettings = { name: target.name, shared, ...settings };
  let progress: Progress = { runs: 0, corpus: 0, blocks: 0 };
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    let lastRun = -1;
    let sinceChange = startCpuClock();
    const watch = setInterval(() => {
      const run = Atomics.load(head, 0);
      if (run === 0) return;
      if (run !== lastRun) {
        lastRun = run;
        sinceChange = startCpuClock();
      } else if (sinceChange() > hangMs) {
        onFinding({
          details: `it runs for more than ${hangMs / 1000} s of processor time`,
          input: currentInput(),
        });
        clearInterval(watch);
        void worker.terminate();
      }
    }, 1000);
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'finding') onFinding(message);
      else progress = message;
    });
    worker.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        onFinding({ details: `it needs more than ${heapMb} MiB of memory`, input: currentInput() });
      } else {
        clearInterval(watch);
        reject(error);
      }
    });
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(progress);
    });
  });
}
