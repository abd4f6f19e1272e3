import { fieldsOf, type Change, type FieldChange, type Hold } from '../../model/index.js';
import { withFields } from '../kinds.js';

/**
 * Holds some fields of a change back: the change without them, if it still does anything, and an entry for them.
 * @param held of the change's own fields, at least one
 */
export function splitChange(
  change: Change,
  held: ReadonlySet<FieldChange>,
  hold: Hold,
  reason: string,
): Change[] {
  const entry: Change = { ...change, verb: 'keep', fields: [...held], hold, reason };
  const fields = change.fields.filter((one) => !held.has(one));
  if (change.verb === 'update' && fields.length === 0) return [entry];
  const before = Object.fromEntries([...held].map((one) => [one.field, one.before]));
  const object = withFields(change.object, { ...fieldsOf(change.object), ...before });
  return [{ ...change, object, fields }, entry];
}
