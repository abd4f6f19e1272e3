/**
 * How long health checks may run, as far as known: their definitions are read when they are due, and not in each pass.
 * Only those of devices with maintenance windows matter.
 */
import type { SchedulableDevice } from '../store/scheduling.js';

type Check = NonNullable<SchedulableDevice['healthCheck']>;

export class CheckTimeouts {
  #learned = 0;
  readonly #known = new Map<string, { readonly revisionId: number; readonly timeoutMs: number }>();

  /** @returns null if it is not known */
  find({ template, revisionId }: Check): number | null {
    const found = this.#known.get(template);
    return found?.revisionId === revisionId ? found.timeoutMs : null;
  }

  learn(check: Check, timeoutMs: number): void {
    if (this.find(check) === timeoutMs) return;
    this.#known.set(check.template, { revisionId: check.revisionId, timeoutMs });
    this.#learned += 1;
  }

  /** Increases whenever something is learned, which may change the decisions. */
  get learned(): number {
    return this.#learned;
  }
}
