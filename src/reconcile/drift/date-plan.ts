import { ExternalError } from '../../diagnostics/index.js';
import type { ChangeOutcome } from '../../model/index.js';
import { dateDrift, driftItems, type DatedItem, type Plan } from '../../plan/index.js';
import { rememberDrift, type DriftMemory } from './drift-memory.js';

/** The drift of a plan, with the time when each item was first seen. */
export interface DatedDrift {
  readonly items: readonly DatedItem[];
  /** Why the times could not be read or stored: every item counts as first seen now. */
  readonly undated?: ExternalError;
}

/**
 * Adds to each item of drift when it was first seen, and stores these times. The report, or what was applied, matters
 * more than the times: if they cannot be read or stored, the result contains the reason.
 * @param plan a plan of the whole master
 * @param options.outcomes of the plan's changes
 * @param options.isStored false: not all differences are drift, so nothing is stored
 */
export async function datePlan(
  plan: Plan,
  memory: DriftMemory,
  options: { readonly outcomes?: readonly ChangeOutcome[]; readonly isStored?: boolean },
): Promise<DatedDrift> {
  const now = new Date();
  try {
    if (options.isStored ?? true)
      return { items: await rememberDrift(memory, plan, options.outcomes ?? [], now) };
    const { seen } = await memory.read(plan.master);
    return { items: dateDrift(driftItems(plan), plan, seen, now.toISOString()).items };
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { items: dateDrift(driftItems(plan), plan, [], now.toISOString()).items, undated: error };
  }
}
