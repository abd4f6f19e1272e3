import { setTimeout as sleepFor } from 'node:timers/promises';
import { JobFailure, type ErrorType } from '../failure.js';

/**
 * The time limit of an action. Scopes nest: job, action, nested action. Only the innermost running scope watches the clock,
 * with its own name and error type, as in LAVA. When it ends, the outer scope watches the clock again.
 *
 * States: watching -> (inner scope entered) paused -> watching -> ended. A scope can be aborted at any time from outside
 * (cancel) or by its own clock. The reason is always a JobFailure, and every wait of the action rejects with it.
 */
export class Scope {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  readonly #unlink: () => void;

  readonly deadlineMs: number;
  readonly #failure: (waitingFor: string | undefined) => JobFailure;

  /** What the action is waiting for, for the message of its timeout: `'login:'`. */
  waitingFor: string | undefined;

  private constructor(
    deadlineMs: number,
    failure: (waitingFor: string | undefined) => JobFailure,
    outer: AbortSignal | undefined,
  ) {
    this.deadlineMs = deadlineMs;
    this.#failure = failure;
    const abort = () => {
      this.#controller.abort(outer?.reason);
    };
    this.#unlink = () => outer?.removeEventListener('abort', abort);
    if (outer?.aborted === true) abort();
    else outer?.addEventListener('abort', abort, { once: true });
  }

  /** Aborts with a JobFailure. All waits of the action listen to it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  remainingMs(): number {
    return Math.max(0, this.deadlineMs - performance.now());
  }

  throwIfAborted(): void {
    this.signal.throwIfAborted();
  }

  async sleep(durationMs: number): Promise<void> {
    try {
      await sleepFor(durationMs, undefined, { signal: this.signal });
    } catch (error) {
      this.throwIfAborted();
      throw error;
    }
  }

  /** Runs `work` in a nested scope that ends after `durationMs`, or with this one if that is earlier. */
  async within<T>(
    limit: { name: string; durationMs: number; errorType: ErrorType },
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    this.throwIfAborted();
    this.#pause();
    try {
      return await Scope.#enter(limit, this.deadlineMs, this.signal, work);
    } finally {
      this.#watch();
    }
  }

  /** The outermost scope; `outer` cancels it. */
  static async run<T>(
    limit: { name: string; durationMs: number; errorType: ErrorType },
    outer: AbortSignal | undefined,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    return Scope.#enter(limit, Infinity, outer, work);
  }

  static async #enter<T>(
    limit: { name: string; durationMs: number; errorType: ErrorType },
    outerDeadlineMs: number,
    outer: AbortSignal | undefined,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    const startMs = performance.now();
    const scope = new Scope(
      Math.min(outerDeadlineMs, startMs + limit.durationMs),
      (waitingFor) => {
        const seconds = Math.round((performance.now() - startMs) / 1000);
        const what = waitingFor === undefined ? '' : ` while waiting for ${waitingFor}`;
        return new JobFailure(limit.errorType, `${limit.name} timed out after ${seconds} seconds${what}`);
      },
      outer,
    );
    scope.#watch();
    try {
      const result = await work(scope);
      scope.throwIfAborted();
      return result;
    } finally {
      scope.#pause();
      scope.#unlink();
    }
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    if (this.signal.aborted) return;
    // A timer can wait at most 2^31 ms. For a longer limit, the callback starts it again.
    const delayMs = Math.min(this.remainingMs(), 2 ** 31 - 1);
    this.#timer = setTimeout(() => {
      if (this.remainingMs() > 0) this.#watch();
      else this.#controller.abort(this.#failure(this.waitingFor));
    }, delayMs);
  }
}
