import { UsageError } from '../diagnostics/index.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Call this once there is something to clean up. Before that, Ctrl-C ends the process as usual. */
  arm(): void;
}

/**
 * The first Ctrl-C or SIGTERM aborts the work, which cleans up first; the second one ends the process.
 * @param hint what to do next, as a sentence
 */
export function createInterrupt(hint: string): Interrupt {
  const controller = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  return {
    signal: controller.signal,
    arm() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          controller.abort(new UsageError('interrupted before the end', hint, codes[signal]));
        });
      }
    },
  };
}
