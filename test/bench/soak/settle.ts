import { existsSync, readFileSync } from 'node:fs';
import type { SoakLab } from './lab.js';
import type { MasterClient } from './master.js';
import { wait } from './part.js';
import { workers } from './plan.js';

interface Status {
  readonly masters: Readonly<
    Record<
      string,
      | {
          readonly state: string;
          readonly lastApplied: { readonly revision: string } | null;
          readonly error: { readonly message: string } | null;
          readonly problems: readonly string[];
        }
      | undefined
    >
  >;
}

/** A lock of another machine is waited for longest. */
export const settleMs = 420_000;

/** Why the lab has not recovered yet; null if it has: every part works, and the newest commit is applied. */
async function unsettled(lab: SoakLab, master: MasterClient): Promise<string | null> {
  for (const part of lab.parts) if (part.facts === null) return `${part.name} is not running`;
  try {
    const online = await master.onlineWorkers();
    for (const worker of workers) if (!online.includes(worker)) return `${worker} is Offline`;
  } catch (error) {
    return `the master does not respond: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!existsSync(lab.statusFile)) return 'the controller has no status';
  const own = (JSON.parse(readFileSync(lab.statusFile, 'utf8')) as Status).masters['own'];
  const revision = lab.git('rev-parse', 'HEAD');
  if (own?.state === 'idle' && own.lastApplied?.revision === revision && own.problems.length === 0)
    return null;
  const why = [own?.error?.message, ...(own?.problems ?? [])].filter((text) => text !== undefined).join('; ');
  return `the controller is ${own?.state ?? 'unknown'}, and ${revision.slice(0, 8)} is not applied: ${why}`;
}

/** Waits until the lab has recovered. @returns why it has not in time; null if it has */
export async function settle(lab: SoakLab, master: MasterClient): Promise<string | null> {
  const end = performance.now() + settleMs;
  while (true) {
    const why = await unsettled(lab, master);
    if (why === null || performance.now() > end) return why;
    await wait(250);
  }
}
