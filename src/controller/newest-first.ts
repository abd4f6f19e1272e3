/**
 * Runs one piece of work at a time, and remembers only the newest one that arrives meanwhile: an older revision is not
 * worth reconciling if a newer one is waiting.
 *
 * resting -> running -> resting, or -> pausing (the work must be repeated) -> running.
 * New work ends a pause at once. `stop` waits for running work; nothing new is started.
 */
export interface NewestFirst<Work> {
  submit(work: Work): void;
  /** Resolves when the running work has finished. */
  stop(): Promise<void>;
}

/**
 * @param run returns the milliseconds after which the same work must be repeated, or null; must not throw
 */
export function createNewestFirst<Work>(run: (work: Work) => Promise<number | null>): NewestFirst<Work> {
  let next: { readonly work: Work } | null = null;
  let running: Promise<void> | null = null;
  let pause: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function drain(): Promise<void> {
    while (next !== null && !isStopped) {
      const { work } = next;
      next = null;
      const repeatMs = await run(work);
      if (repeatMs !== null) repeatLater(work, repeatMs);
    }
    running = null;
  }

  function repeatLater(work: Work, delayMs: number): void {
    if (isStopped || next !== null) return;
    pause = setTimeout(() => {
      submit(work);
    }, delayMs);
  }

  function submit(work: Work): void {
    if (isStopped) return;
    clearTimeout(pause);
    next = { work };
    running ??= drain();
  }

  return {
    submit,
    async stop() {
      isStopped = true;
      clearTimeout(pause);
      await running;
    },
  };
}
