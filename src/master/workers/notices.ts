/** Remembers what was reported, so that a client that tries again and again does not fill the log. */
export class Notices {
  readonly #reportedAtMs = new Map<string, number>();
  readonly #periodMs: number;
  readonly #most: number;

  /**
   * @param periodMs how long the same report is suppressed
   * @param most how many different reports are remembered
   */
  constructor(periodMs = 600_000, most = 1000) {
    this.#periodMs = periodMs;
    this.#most = most;
  }

  /** Whether to report this now: the first time, and again after the period. */
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
