import type { ControllerStatus } from '../../controller/index.js';
import { formatFindings } from '../../diagnostics/index.js';
import { print } from '../output.js';

/**
 * Turns the controller's status, which arrives at every change, into lines that are printed once: a revision that was
 * applied, findings, a master that cannot be reached.
 */
export class StatusPrinter {
  #status: ControllerStatus | null = null;
  #findings = '';
  readonly #lines = new Map<string, string>();
  readonly #waiting: (() => boolean)[] = [];

  /** The newest status; null before the first. */
  get status(): ControllerStatus | null {
    return this.#status;
  }

  take(status: unknown): void {
    this.#status = status as ControllerStatus;
    this.#printFindings(this.#status);
    for (const name of Object.keys(this.#status.masters)) this.#printMaster(name, this.#status);
    for (const [index, isDone] of [...this.#waiting.entries()].reverse()) {
      if (isDone()) this.#waiting.splice(index, 1);
    }
  }

  /** Resolves when the first run over this master has ended, well or not, or the lab cannot be used. */
  firstResult(master: string): Promise<void> {
    return new Promise((resolve) => {
      const isDone = (): boolean => {
        const state = this.#status?.masters[master]?.state;
        const isOver = state === 'failed' || state === 'refused' || state === 'waiting';
        const isApplied = this.#status?.masters[master]?.lastApplied !== null && state === 'idle';
        if (!isOver && !isApplied && this.#status?.state !== 'unusable') return false;
        resolve();
        return true;
      };
      this.#waiting.push(isDone);
    });
  }

  #printFindings({ findings, revision }: ControllerStatus): void {
    const text = findings.length === 0 ? '' : formatFindings(findings, 'text');
    if (text === this.#findings) return;
    this.#findings = text;
    print(text === '' ? `${short(revision)}: no findings any more` : text);
  }

  #printMaster(name: string, status: ControllerStatus): void {
    const master = status.masters[name];
    if (master === undefined || master.state === 'reconciling' || master.state === 'off') return;
    const applied = master.lastApplied;
    if (master.state === 'idle' && applied === null) return;
    const changes = Object.entries(master.counts ?? {}).filter(([, count]) => count > 0);
    const counts = changes.map(([verb, count]) => `${count} ${verb}`).join(', ') || 'nothing to do';
    const text =
      master.state === 'idle'
        ? `${name}: ${short(applied?.revision ?? null)} applied (${counts})`
        : `${name}: ${master.state}: ${master.error?.message ?? master.problems.join('; ')}`;
    const key = `${master.state} ${applied?.at ?? ''} ${text}`;
    if (this.#lines.get(name) === key) return;
    const isNews = counts !== 'nothing to do' || !this.#lines.has(name) || master.state !== 'idle';
    this.#lines.set(name, key);
    if (isNews) print(text);
  }
}

function short(revision: string | null): string {
  return revision?.replace(/^([0-9a-f]{12})[0-9a-f]*/, '$1') ?? 'no revision';
}
