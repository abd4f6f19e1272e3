import type { Child } from './child.js';

/** How long a part may take to stop on its own. Cancelled jobs power their boards off first. */
const graceMs = 20_000;

/**
 * The parts that `up` has started, in order. The last one is stopped first; `firstEnd` reports which part ended on
 * its own. running -> stopping -> stopped; nothing can be added once stopping has started.
 */
export class Parts {
  readonly #children: Child[] = [];
  #stopping: Promise<void> | null = null;
  readonly #firstEnd: Promise<string>;
  #reportEnd: (how: string) => void = () => undefined;

  constructor() {
    this.#firstEnd = new Promise((resolve) => {
      this.#reportEnd = resolve;
    });
  }

  /** Resolves with a sentence when a part ends without being asked to. */
  get firstEnd(): Promise<string> {
    return this.#firstEnd;
  }

  /**
   * Adds a part, and waits until it is ready.
   * @throws ExternalError when it ends before that
   */
  async add(child: Child): Promise<Readonly<Record<string, unknown>>> {
    this.#children.push(child);
    void child.ended.then((how) => {
      if (this.#stopping === null) this.#reportEnd(`the ${child.name} ${how}`);
    });
    return child.ready;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const child of [...this.#children].reverse()) await child.stop(graceMs);
  }
}
