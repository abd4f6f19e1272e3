import { ExternalError } from '../../diagnostics/index.js';
import type { ChangeOutcome } from '../../model/index.js';
import { dateDrift as dateAll, driftItems, type DatedItem, type Plan } from '../../plan/index.js';
import { rememberDrift, type DriftMemory } from '../../reconcile/index.js';

/**
 * Adds to each item of drift when it was first seen, and stores that. The report, or what was applied, matters more
 * than the dates: where they cannot be stored, everything counts as first seen now.
 * @param options.outcomes of an apply of this plan
 * @param options.isStored false: the plan is about another revision than the applied one, so nothing of it is stored
 * @param options.onWarning called when the dates cannot be read or stored
 */
export async function dateDrift(
  plan: Plan,
  memory: DriftMemory,
  options: {
    readonly outcomes?: readonly ChangeOutcome[];
    readonly isStored?: boolean;
    readonly onWarning: (text: string) => void;
  },
): Promise<readonly DatedItem[]> {
  const now = new Date();
  try {
    if (options.isStored ?? true) return await rememberDrift(memory, plan, options.outcomes ?? [], now);
    return dateAll(driftItems(plan), plan, (await memory.read(plan.master)).seen, now.toISOString()).items;
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    options.onWarning(`it is not known since when things have drifted: ${error.message}`);
    return dateAll(driftItems(plan), plan, [], now.toISOString()).items;
  }
}
