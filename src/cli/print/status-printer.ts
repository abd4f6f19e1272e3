import type { ControllerStatus } from '../../app/up/index.js';
import { formatFindings, printable } from '../../diagnostics/index.js';
import { describeSuspension } from '../../model/index.js';
import { print } from '../output.js';

type MasterStatus = ControllerStatus['masters'][string];

/**
 * Turns the controller's status, which arrives at every change, into lines that are printed once: an applied revision,
 * findings, an unreachable master.
 */
export class StatusPrinter {
  #findings = '';
  readonly #lines = new Map<string, string>();

  print(status: ControllerStatus): void {
    this.#printFindings(status);
    for (const name of Object.keys(status.masters)) this.#printMaster(name, status);
  }

  #printFindings({ findings, revision }: ControllerStatus): void {
    const text = findings.length === 0 ? '' : formatFindings(findings, 'text');
    if (text === this.#findings) return;
    this.#findings = text;
    print(text === '' ? `${short(revision)}: no more findings` : text);
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
        : `${name}: ${describeState(master)}`;
    const key = `${master.state} ${applied?.at ?? ''} ${text}`;
    if (this.#lines.get(name) === key) return;
    const isNews = counts !== 'nothing to do' || !this.#lines.has(name) || master.state !== 'idle';
    this.#lines.set(name, key);
    if (isNews) print(text);
  }
}

function describeState({ state, suspension, error, problems }: MasterStatus): string {
  if (state === 'suspended' && suspension !== null)
    return printable(`suspended ${describeSuspension(suspension)}`);
  return `${state}: ${error?.message ?? problems.join('; ')}`;
}

function short(revision: string | null): string {
  return revision?.replace(/^([0-9a-f]{12})[0-9a-f]*/, '$1') ?? 'no revision';
}
