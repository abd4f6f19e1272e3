import { honoursCancel } from './invariants.js';
import { definitionOf } from './jobs.js';
import type { Ledger } from './ledger.js';
import type { MasterClient } from './master.js';
import { wait } from './part.js';
import { planJob } from './plan.js';

/** Jobs that have not ended: all boards are busy, and a few jobs wait. */
const mostOpen = 9;
const pauseMs = 400;

/** Clients that submit and cancel jobs all the time. running -> stopped */
export class Load {
  /** Submissions without an answer: the master may have the job or not. */
  unanswered = 0;
  readonly #master: MasterClient;
  readonly #ledger: Ledger;
  readonly #seed: number;
  readonly #where: () => string;
  #next = 1;
  #isStopped = false;
  #done: Promise<void> = Promise.resolve();
  readonly #pending = new Set<Promise<void>>();

  constructor(master: MasterClient, ledger: Ledger, seed: number, where: () => string) {
    this.#master = master;
    this.#ledger = ledger;
    this.#seed = seed;
    this.#where = where;
  }

  start(): void {
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
    await Promise.all(this.#pending);
  }

  /** Submits the next planned job. */
  async submit(): Promise<void> {
    const plan = planJob(this.#seed, this.#next);
    this.#next += 1;
    let id: number;
    try {
      id = await this.#master.submit(definitionOf(plan));
    } catch {
      this.unanswered += 1;
      return;
    }
    this.#ledger.acknowledged.set(id, plan);
    if (plan.kind === 'cancel') this.#later(this.#cancel(id, plan.cancelAfterMs));
  }

  #later(task: Promise<void>): void {
    this.#pending.add(task);
    void task.finally(() => this.#pending.delete(task));
  }

  async #cancel(id: number, afterMs: number): Promise<void> {
    await wait(afterMs);
    // Until it is acknowledged: otherwise the job would run for minutes.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      try {
        await this.#master.cancel(id);
        this.#ledger.report(honoursCancel(await this.#master.job(id)), this.#where());
        return;
      } catch {
        await wait(1000);
      }
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const open = [...this.#ledger.acknowledged.keys()].filter((id) => !this.#ledger.ended.has(id)).length;
      if (open < mostOpen) await this.submit();
      await wait(pauseMs);
    }
  }
}
