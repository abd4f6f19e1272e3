import { ExternalError } from '../../diagnostics/index.js';
import type { ChangeOutcome } from '../../model/index.js';
import { dateDrift, driftItems, type DatedItem, type Plan } from '../../plan/index.js';
import { rememberDrift, type DriftMemory } from '../../reconcile/index.js';
import { printError } from '../output.js';

/**
 * Says since when things drift, and remembers it. A report, and what was applied, is worth more than the dates: where
 * they cannot be kept, everything was first seen now.
 * @param outcomes of an apply of this plan
 * @param isKept false: the plan is about something else than what was applied, so nothing of it is remembered
 */
export async function datedDrift(
  plan: Plan,
  memory: DriftMemory,
  outcomes: readonly ChangeOutcome[] = [],
  isKept = true,
): Promise<readonly DatedItem[]> {
  const now = new Date();
  try {
    if (isKept) return await rememberDrift(memory, plan, outcomes, now);
    return dateDrift(driftItems(plan), plan, (await memory.read(plan.master)).seen, now.toISOString()).items;
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    printError(`warning: since when things drift is not known: ${error.message}`);
    return dateDrift(driftItems(plan), plan, [], now.toISOString()).items;
  }
}
