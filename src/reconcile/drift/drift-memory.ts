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

/** What is remembered of the drift of one master. */
export interface DriftNotes {
  /** When each difference was first seen. */
  readonly seen: readonly Sighting[];
  /** What was put back, and how often. */
  readonly putBack: readonly PutBack[];
}

/**
 * Notes on drift, kept beside the records. A write is durable and atomic. Of two processes that look at a master at
 * once the later one's notes stand: they are seconds apart.
 */
export interface DriftMemory {
  /**
   * Empty when nothing was ever seen.
   * @throws ExternalError when it cannot be read or understood
   */
  read(master: string): Promise<DriftNotes>;
  write(master: string, notes: DriftNotes): Promise<void>;
}

/**
 * What this plan would put back, and had better not now. The memory is read only where anything is to be put back.
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
 * Dates the drift of a plan about everything, and remembers what is left of it, and what was put back.
 * @param outcomes what became of the plan's changes: what was written is not remembered as drift
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
  // A scan that found nothing new writes nothing.
  if (JSON.stringify(notes) !== JSON.stringify(before)) await memory.write(plan.master, notes);
  return items;
}
