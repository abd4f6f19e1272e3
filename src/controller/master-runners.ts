import { createMasterRunner, type MasterRunner, type MasterWork } from './master-runner.js';
import type { ControllerOptions, ReadLab } from './options.js';
import type { StatusBoard } from './status-board.js';

/**
 * One runner per master of the lab. A master gets its runner with the first lab that contains it, and loses it with the
 * first one that does not; nothing on the master changes then.
 */
export class MasterRunners {
  readonly #runners = new Map<string, MasterRunner>();
  readonly #options: ControllerOptions;
  readonly #board: StatusBoard;
  readonly #signal: AbortSignal;

  /** @param signal work is no longer accepted after it fires */
  constructor(options: ControllerOptions, board: StatusBoard, signal: AbortSignal) {
    this.#options = options;
    this.#board = board;
    this.#signal = signal;
  }

  /** Passes its part of a lab to each master. An unusable lab changes nothing. */
  distribute({ lab, revision, templates }: ReadLab, reason: MasterWork['reason']): void {
    if (lab === null || this.#signal.aborted) return;
    for (const [name, runner] of this.#runners) {
      if (!lab.desired.has(name)) void this.#forget(name, runner);
    }
    for (const [name, desired] of lab.desired) {
      this.#runnerOf(name).submit({ desired, lab, revision, templates, reason });
    }
  }

  /** Repeats the last run of a master; a name that is not in the lab is ignored. */
  repeat(master: string): void {
    this.#runners.get(master)?.repeat();
  }

  /** Resolves when all runs have ended. */
  async stop(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
  }

  #runnerOf(name: string): MasterRunner {
    const known = this.#runners.get(name);
    if (known !== undefined) return known;
    const runner = createMasterRunner(name, {
      options: this.#options,
      signal: this.#signal,
      setStatus: (changes) => {
        // A run that ends after its master was removed from the lab is not reported.
        if (this.#runners.get(name) === runner) this.#board.setMaster(name, changes);
      },
    });
    this.#runners.set(name, runner);
    return runner;
  }

  async #forget(name: string, runner: MasterRunner): Promise<void> {
    this.#runners.delete(name);
    this.#board.removeMaster(name);
    this.#options.log.info({ master: name }, 'master removed from the lab');
    await runner.stop();
  }
}
