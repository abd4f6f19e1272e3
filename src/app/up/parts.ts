import type { Child } from './child.js';

/** How long a part may take to stop on its own. Cancelled jobs power their boards off first. */
const graceMs = 20_000;

/** The wait before a part is started again, doubled with each failure. A part that ran for a while starts from the first. */
const firstDelayMs = 500;
const mostDelayMs = 60_000;
const healthyMs = 60_000;

type Ready = Readonly<Record<string, unknown>>;

/** Starts the process of a part. @param last what the part reported when it last became ready; null at first */
export type StartChild = (last: Ready | null) => Child;

export interface PartsFeedback {
  /** A part ended on its own, and is started again after this time. `how`: a sentence without its subject. */
  onCrash(part: string, how: string, delayMs: number): void;
  /** A part that was started again is ready. */
  onRecovery(part: string): void;
}

/**
 * The parts that `up` has started, in order. A part that ends on its own is started again; the others keep running, and
 * so do the jobs. The last one is stopped first. running -> stopping -> stopped; nothing can be added once stopping has
 * started.
 */
export class Parts {
  readonly #parts: Part[] = [];
  readonly #feedback: PartsFeedback;
  #stopping: Promise<void> | null = null;

  constructor(feedback: PartsFeedback) {
    this.#feedback = feedback;
  }

  /**
   * Starts a part, and waits until it is ready.
   * @throws ExternalError when it ends before that
   * @throws Error when the parts are stopping
   */
  async add(start: StartChild): Promise<Ready> {
    if (this.#stopping !== null) throw new Error('a part was added to parts that are stopping');
    const part = new Part(start, this.#feedback);
    this.#parts.push(part);
    return part.ready;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const part of this.#parts.reverse()) await part.stop();
  }
}

/** starting -> running -> (ended on its own) waiting -> starting; any -> stopped. If the first start fails, it stays ended. */
class Part {
  readonly ready: Promise<Ready>;
  readonly #start: StartChild;
  readonly #feedback: PartsFeedback;
  #child: Child;
  #last: Ready | null = null;
  #failures = 0;
  #readyAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(start: StartChild, feedback: PartsFeedback) {
    this.#start = start;
    this.#feedback = feedback;
    this.#child = start(null);
    this.ready = this.#watch(this.#child);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#child.stop(graceMs);
  }

  /** Resolves when it is ready, and watches it from then on. */
  async #watch(child: Child): Promise<Ready> {
    const ready = await child.ready;
    this.#last = ready;
    this.#readyAtMs = performance.now();
    void child.ended.then((how) => {
      if (performance.now() - this.#readyAtMs > healthyMs) this.#failures = 0;
      this.#startAgain(how);
    });
    return ready;
  }

  #startAgain(how: string): void {
    if (this.#isStopping) return;
    const delayMs = Math.min(mostDelayMs, firstDelayMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#feedback.onCrash(this.#child.name, how, delayMs);
    this.#timer = setTimeout(() => {
      const child = this.#start(this.#last);
      this.#child = child;
      this.#watch(child).then(
        () => {
          this.#feedback.onRecovery(child.name);
        },
        async () => {
          this.#startAgain(await child.ended);
        },
      );
    }, delayMs);
  }
}
