/** Remembers what was said, so that a client that tries again and again does not fill the log. */
export class Notices {
  private readonly said = new Map<string, number>();

  constructor(
    private readonly periodMs = 600_000,
    private readonly most = 1000,
  ) {}

  /** Whether this is to be said now: the first time, and again after the period. */
  isDue(key: string, nowMs: number = Date.now()): boolean {
    const last = this.said.get(key);
    if (last !== undefined && nowMs - last < this.periodMs) return false;
    this.said.delete(key);
    this.said.set(key, nowMs);
    const oldest = this.said.keys().next();
    if (this.said.size > this.most && oldest.done !== true) this.said.delete(oldest.value);
    return true;
  }
}
