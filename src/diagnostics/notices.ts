/**
 * Limits reports about peers, so that one that keeps trying does not fill the log: the same report once per period, and a
 * limited number of different ones. Use one of these for each peer, so that none silences the others.
 */
export class Notices {
  readonly #reportedAtMs = new Map<string, number>();
  readonly #periodMs: number;
  readonly #most: number;

  /**
   * @param periodMs how long to suppress a repeated report, in milliseconds
   * @param most the number of different reports per period
   */
  constructor(periodMs = 600_000, most = 100) {
    this.#periodMs = periodMs;
    this.#most = most;
  }

  /** Returns whether to report this now: the first time, and again after the period. */
  isDue(key: string, nowMs: number): boolean {
    for (const [oldest, atMs] of this.#reportedAtMs) {
      if (nowMs - atMs < this.#periodMs) break;
      this.#reportedAtMs.delete(oldest);
    }
    if (this.#reportedAtMs.has(key) || this.#reportedAtMs.size >= this.#most) return false;
    this.#reportedAtMs.set(key, nowMs);
    return true;
  }
}
