import { UsageError } from '../diagnostics/index.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** From here on there is something to bring to an end; before, a Ctrl-C ends the process as ever. */
  arm(): void;
}

/**
 * The first Ctrl-C or SIGTERM aborts the work, with what it has to give back first; the second one ends the process.
 * @param hint what to do next, for who has stopped it
 */
export function createInterrupt(hint: string): Interrupt {
  const controller = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  return {
    signal: controller.signal,
    arm() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          controller.abort(new UsageError('stopped before it was done', hint, codes[signal]));
        });
      }
    },
  };
}
