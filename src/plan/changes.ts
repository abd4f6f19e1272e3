/** What one change of a plan does, independent of the rest of the plan. */
import { sameValue, verbs, type Change, type Verb } from '../model/index.js';
import { retirementOf } from './kinds.js';

/** Whether a verb writes to the master, or to the record (`adopt` without fields). */
export function isWrite(verb: Verb): boolean {
  return verb !== 'keep' && verb !== 'report';
}

/** Whether a change takes an object out of service: it retires or deletes it, even if the lab itself specifies that. */
export function takesAway({ verb, object, fields }: Change): boolean {
  if (verb === 'retire' || verb === 'delete') return true;
  if (verb !== 'update' && verb !== 'adopt') return false;
  const retirement = retirementOf(object.kind);
  if (retirement === null) return false;
  return fields.some(
    ({ field, after }) => field === retirement.field && sameValue(after, retirement.retired),
  );
}

/** For drift: whether somebody removed the whole object. An object that still exists shows the fields that drifted. */
export function isRemoval({ cause, fields }: Change): boolean {
  return cause === 'drift' && fields.every(({ before }) => before === undefined);
}

/**
 * The text that a change writes and that devices are rendered from: a template's text or a device's dictionary.
 * @returns null if the change removes the text; undefined if it does not affect one
 */
export function writtenText({ object, verb, fields }: Change): string | null | undefined {
  if (!isWrite(verb) || (object.kind !== 'template' && object.kind !== 'device')) return undefined;
  if (verb === 'delete') return null;
  const field = object.kind === 'template' ? 'text' : 'dictionary';
  const change = fields.find((one) => one.field === field);
  if (change === undefined) return undefined;
  return typeof change.after === 'string' ? change.after : null;
}

/** The number of entries of each verb. */
export function countVerbs(changes: readonly Change[]): Record<Verb, number> {
  const counts = Object.fromEntries(verbs.map((verb) => [verb, 0])) as Record<Verb, number>;
  for (const { verb } of changes) counts[verb] += 1;
  return counts;
}
