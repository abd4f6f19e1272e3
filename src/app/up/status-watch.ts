import type { ControllerStatus } from '../../controller/index.js';

/** Remembers the controller's newest status, and lets others wait for the first run over a master to end. */
export class StatusWatch {
  #status: ControllerStatus | null = null;
  readonly #waiting: (() => boolean)[] = [];

  /** The newest status; null before the first. */
  get status(): ControllerStatus | null {
    return this.#status;
  }

  update(status: ControllerStatus): void {
    this.#status = status;
    for (const [index, isDone] of [...this.#waiting.entries()].reverse()) {
      if (isDone()) this.#waiting.splice(index, 1);
    }
  }

  /** Resolves when the first run over this master has ended, well or not, the lab cannot be used, or another controller leads. */
  firstResult(master: string): Promise<void> {
    return new Promise((resolve) => {
      const isDone = (): boolean => {
        const state = this.#status?.masters[master]?.state;
        const isOver =
          state === 'failed' || state === 'refused' || state === 'waiting' || state === 'suspended';
        const isApplied = this.#status?.masters[master]?.lastApplied !== null && state === 'idle';
        const lab = this.#status?.state;
        if (!isOver && !isApplied && lab !== 'unusable' && lab !== 'following') return false;
        resolve();
        return true;
      };
      this.#waiting.push(isDone);
    });
  }
}
