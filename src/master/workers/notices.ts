/** Suppresses repeated reports, so that a client that keeps trying does not fill the log. */
export class Notices {
  readonly #reportedAtMs = new Map<string, number>();
  readonly #periodMs: number;
  readonly #most: number;

  /**
   * @param periodMs how long to suppress a repeated report, in milliseconds
   * @param most the number of different reports to remember
   */
  constructor(periodMs = 600_000, most = 1000) {
    this.#periodMs = periodMs;
    this.#most = most;
  }

  /** Returns whether to report this now: the first time, and again after the period. */
  isDue(key: string, nowMs: number = Date.now()): boolean {
    const last = this.#reportedAtMs.get(key);
    if (last !== undefined && nowMs - last < this.#periodMs) return false;
    this.#reportedAtMs.delete(key);
    this.#reportedAtMs.set(key, nowMs);
    const oldest = this.#reportedAtMs.keys().next();
    if (this.#reportedAtMs.size > this.#most && oldest.done !== true)
      this.#reportedAtMs.delete(oldest.value);
    return true;
  }
}
