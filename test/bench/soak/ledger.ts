import type { JobFact, Overlap } from './invariants.js';
import type { JobPlan } from './plan.js';

interface Interval extends Overlap {
  readonly fromMs: number;
  toMs: number | null;
}

interface Life {
  readonly fromMs: number;
  toMs: number | null;
}

/** What a soak run knows: what the master acknowledged or showed once, and what was done to the lab. */
export class Ledger {
  /** Jobs whose submission was acknowledged. */
  readonly acknowledged = new Map<number, JobPlan>();
  /** Jobs as they were when they were first seen Finished. */
  readonly ended = new Map<number, JobFact>();
  /** The longest log that was read of each job. */
  readonly logs = new Map<number, readonly string[]>();
  /** Jobs whose log and results were read after their end. */
  readonly closed = new Set<number>();
  readonly canceling = new Set<number>();
  readonly #devices = new Map<number, string>();
  readonly #lives = new Map<number, Life>();
  readonly #intervals: Interval[] = [];
  readonly #violations = new Map<string, string>();
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  get violations(): readonly string[] {
    return [...this.#violations.values()];
  }

  /** Prints each violation once. @param where the step */
  report(sentences: readonly string[], where: string): void {
    for (const sentence of sentences) {
      if (this.#violations.has(sentence)) continue;
      this.#violations.set(sentence, `${sentence} [${where}]`);
      this.#say(`VIOLATION: ${sentence}`);
    }
  }

  /** @returns a function to call when the disturbance is over */
  disturb(overlap: Overlap): () => void {
    const interval: Interval = { ...overlap, fromMs: performance.now(), toMs: null };
    this.#intervals.push(interval);
    return () => {
      interval.toMs = performance.now();
    };
  }

  /** Remembers where a job runs, and since when. */
  see(job: JobFact): void {
    if (job.device !== null) this.#devices.set(job.id, job.device);
    const now = performance.now();
    const life = this.#lives.get(job.id);
    if (life === undefined) {
      if (job.state !== 'Submitted') this.#lives.set(job.id, { fromMs: now, toMs: isOver(job) ? now : null });
    } else if (isOver(job)) life.toMs ??= now;
  }

  deviceOf(job: number): string | null {
    return this.#devices.get(job) ?? null;
  }

  /** How long a job has been using its board. */
  runningMs(job: number): number {
    const life = this.#lives.get(job);
    return life === undefined ? 0 : (life.toMs ?? performance.now()) - life.fromMs;
  }

  /** Disturbances while a job ran, or within the margin before and after. */
  overlapsOf(job: number, marginMs = 15_000): Overlap[] {
    const life = this.#lives.get(job);
    if (life === undefined) return [];
    const from = life.fromMs - marginMs;
    const to = (life.toMs ?? performance.now()) + marginMs;
    return this.#intervals.filter(({ fromMs, toMs }) => fromMs <= to && (toMs ?? Infinity) >= from);
  }
}

function isOver({ state }: JobFact): boolean {
  return state === 'Finished';
}
