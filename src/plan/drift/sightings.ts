import type { ObjectKey } from '../../model/index.js';
import { digestOf } from '../compare/digest.js';
import type { Plan } from '../plan.js';
import type { DriftItem } from './items.js';

/** When a difference was first seen. It is a new difference if the value on the master changes. */
export interface Sighting {
  readonly key: ObjectKey;
  readonly field: string | null;
  /** Digest of what was found on the master; null: nothing. */
  readonly digest: string | null;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
}

export interface DatedItem extends DriftItem {
  /** When it was first seen. The drift is at least this old. ISO 8601, UTC. */
  readonly since: string;
}

/**
 * Dates drift by what was seen before. What is gone is forgotten. What could not be compared this time (unreadable, or
 * its files have findings) stays remembered, and so does a value that is still there but that the lab now specifies
 * differently.
 */
export function dateDrift(
  items: readonly DriftItem[],
  plan: Plan,
  before: readonly Sighting[],
  now: string,
): { readonly items: readonly DatedItem[]; readonly sightings: readonly Sighting[] } {
  const known = new Map(before.map((sighting) => [idOf(sighting), sighting]));
  const dated = items.map((item) => ({ ...item, since: sinceOf(item, known.get(idOf(item)), now) }));
  const seen = new Set(items.map(idOf));
  const kept = before.filter(
    (sighting) => !seen.has(idOf(sighting)) && (isUnseen(sighting, plan) || isStillThere(sighting, plan)),
  );
  const found = dated.map(({ key, field, found: value, since }) => ({
    key,
    field,
    digest: value === undefined ? null : digestOf(value),
    firstSeen: since,
  }));
  const sightings = [...found, ...kept].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  return { items: dated, sightings };
}

function sinceOf({ found }: DriftItem, known: Sighting | undefined, now: string): string {
  const digest = found === undefined ? null : digestOf(found);
  return known?.digest === digest ? known.firstSeen : now;
}

function isUnseen({ key, field }: Sighting, plan: Plan): boolean {
  return plan.changes.some(
    (change) =>
      change.key === key &&
      (change.hold === 'unreadable' || change.hold === 'blocked') &&
      (change.fields.length === 0 || change.fields.some((one) => one.field === field)),
  );
}

function isStillThere({ key, field, digest }: Sighting, plan: Plan): boolean {
  return plan.changes.some(
    (change) =>
      change.key === key &&
      change.cause !== 'drift' &&
      (field === null
        ? change.verb === 'create'
        : change.fields.some(
            (one) => one.field === field && one.before !== undefined && digestOf(one.before) === digest,
          )),
  );
}

function idOf({ key, field }: { readonly key: string; readonly field: string | null }): string {
  return `${key}\n${field ?? ''}`;
}
