/**
 * Keeps the issues about drift up to date, and does what people request in them.
 *
 *   waiting -> running    at the start, when it is woken, and ten minutes after the last run: an event can be lost
 *   running -> running    it was woken meanwhile, so it runs once more
 *   any     -> stopped    what runs is canceled
 *
 * An event only wakes it up: every run reads the masters and the issues again.
 */
import { reasonOf, type Log } from '../../diagnostics/index.js';

export interface IssueKeeperOptions {
  /** Reports drift to the issues, and obeys them. The signal cancels it. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  /** Default: ten minutes. */
  readonly everyMs?: number;
}

export class IssueKeeper {
  readonly #options: IssueKeeperOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #isWoken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IssueKeeperOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#isStopped()) return;
    clearTimeout(this.#timer);
    this.#running ??= this.#runAll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #runAll(): Promise<void> {
    const { run, log, everyMs = 10 * 60 * 1000 } = this.#options;
    const { signal } = this.#stopping;
    while (this.#isWoken && !this.#isStopped()) {
      this.#isWoken = false;
      try {
        await run(signal);
      } catch (error) {
        if (!this.#isStopped()) log.error({ why: reasonOf(error) }, 'issues about drift not updated');
      }
    }
    this.#running = null;
    if (this.#isStopped()) return;
    this.#timer = setTimeout(() => {
      this.wake();
    }, everyMs);
  }
}
