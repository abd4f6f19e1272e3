import type { ChangeOutcome } from '../../model/index.js';
import {
  contestsAt,
  countPutBacks,
  dateDrift,
  driftItems,
  pendingChanges,
  type DatedItem,
  type Plan,
  type PlanInput,
  type PutBack,
  type Sighting,
} from '../../plan/index.js';

/** What is remembered about the drift of one master. */
export interface DriftNotes {
  /** When each difference was first seen. */
  readonly seen: readonly Sighting[];
  /** What was restored, and how often. */
  readonly putBack: readonly PutBack[];
}

/**
 * Notes on drift, stored beside the records. A write is durable and atomic. If two processes look at a master at the same
 * time, the later one's notes remain: they differ by seconds.
 */
export interface DriftMemory {
  /**
   * Empty if no drift was ever seen.
   * @throws ExternalError when it cannot be read or parsed
   */
  read(master: string): Promise<DriftNotes>;
  write(master: string, notes: DriftNotes): Promise<void>;
}

/**
 * What this plan would restore, but should not restore now. Reads the memory only if there is anything to restore.
 * @throws ExternalError
 */
export async function contestedNow(
  memory: Pick<DriftMemory, 'read'>,
  plan: Plan,
  now: Date,
): Promise<NonNullable<PlanInput['contests']>> {
  const isPuttingBack = pendingChanges(plan).some(({ fields, cause }) =>
    [cause, ...fields.map((field) => field.cause)].includes('drift'),
  );
  return isPuttingBack ? contestsAt(now.toISOString(), (await memory.read(plan.master)).putBack) : [];
}

/**
 * Dates the drift of a plan of the whole master, and remembers what remains of it and what was restored.
 * @param outcomes of the plan's changes: what was written is not remembered as drift
 * @throws ExternalError
 */
export async function rememberDrift(
  memory: DriftMemory,
  plan: Plan,
  outcomes: readonly ChangeOutcome[],
  now: Date,
): Promise<readonly DatedItem[]> {
  const before = await memory.read(plan.master);
  const { items, sightings } = dateDrift(driftItems(plan), plan, before.seen, now.toISOString());
  const done = new Set(outcomes.filter(({ status }) => status === 'done').map(({ key }) => key));
  const written = new Set(
    pendingChanges(plan)
      .filter(({ key }) => done.has(key))
      .flatMap(({ key, fields }) => [`${key} `, ...fields.map(({ field }) => `${key} ${field}`)]),
  );
  const notes: DriftNotes = {
    seen: sightings.filter(({ key, field }) => !written.has(`${key} ${field ?? ''}`)),
    putBack: countPutBacks(before.putBack, plan, (key) => done.has(key), now.toISOString()),
  };
  // Write only if there is anything new.
  if (JSON.stringify(notes) !== JSON.stringify(before)) await memory.write(plan.master, notes);
  return items;
}
