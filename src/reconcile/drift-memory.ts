import type { ChangeOutcome } from '../model/index.js';
import {
  dateDrift,
  driftItems,
  pendingChanges,
  type DatedItem,
  type Plan,
  type Sighting,
} from '../plan/index.js';

/**
 * Remembers, for each master, when each difference was first seen; kept beside the records. A write is durable and
 * atomic. Of two processes that look at a master at once the later one's times stand: they are seconds apart.
 */
export interface DriftMemory {
  /** Empty when nothing was ever seen. @throws ExternalError when it cannot be read or understood */
  read(master: string): Promise<readonly Sighting[]>;
  write(master: string, sightings: readonly Sighting[]): Promise<void>;
}

/**
 * Dates the drift of a plan about everything, and remembers what is left of it.
 * @param outcomes what became of the plan's changes: what was written is not remembered
 * @throws ExternalError
 */
export async function rememberDrift(
  memory: DriftMemory,
  plan: Plan,
  outcomes: readonly ChangeOutcome[],
  now: Date,
): Promise<readonly DatedItem[]> {
  const before = await memory.read(plan.master);
  const { items, sightings } = dateDrift(driftItems(plan), plan, before, now.toISOString());
  const done = new Set(outcomes.filter(({ status }) => status === 'done').map(({ key }) => key));
  const written = new Set(
    pendingChanges(plan)
      .filter(({ key }) => done.has(key))
      .flatMap(({ key, fields }) => [`${key} `, ...fields.map(({ field }) => `${key} ${field}`)]),
  );
  const left = sightings.filter(({ key, field }) => !written.has(`${key} ${field ?? ''}`));
  // A scan that found nothing new writes nothing.
  if (JSON.stringify(left) !== JSON.stringify(before)) await memory.write(plan.master, left);
  return items;
}
