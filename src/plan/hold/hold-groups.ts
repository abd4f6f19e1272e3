import {
  fieldsOf,
  type Change,
  type FieldValue,
  type GroupPermission,
  type ObjectKey,
} from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { releaseName } from '../view/names.js';
import { needsOf, splitKey, withFields } from '../kinds.js';

/**
 * Holds back what names a group that neither the master has nor this plan creates: LAVA rejects unknown groups. A new
 * object waits as a whole, because it would be open to everybody without its permissions. Of an object that exists,
 * only the fields that name such groups wait.
 */
export function holdWithoutGroups(changes: readonly Change[], context: Context): Change[] {
  const made = new Set(changes.filter(({ verb }) => verb === 'create').map(({ key }) => key));
  return changes.flatMap((change) => {
    if (change.verb !== 'create' && change.verb !== 'update' && change.verb !== 'adopt') return [change];
    const written = new Map(change.fields.map(({ field, before }) => [field, groupsIn(before)]));
    const missing = needsOf(change.object).filter(
      ({ field, key }) =>
        key.startsWith('group/') &&
        // A group that the field names on the master exists, whether or not it could be seen.
        written.get(field)?.includes(splitKey(key).name) === false &&
        !made.has(key) &&
        context.look(key).state !== 'present',
    );
    const [first] = missing;
    if (first === undefined) return [change];
    const held = {
      verb: 'keep',
      hold: 'missing-need',
      reason: reasonFor(first.key, changes, context),
    } as const;
    if (change.verb === 'create') return [{ ...change, ...held }];
    const waiting = new Set(missing.map(({ field }) => field));
    const rest = without(change, waiting);
    const kept = { ...change, ...held, fields: change.fields.filter(({ field }) => waiting.has(field)) };
    return rest.fields.length === 0 && rest.verb === 'update' ? [kept] : [rest, kept];
  });
}

/** The groups that a field names: `physicalGroup`, or `permissions`. */
function groupsIn(value: FieldValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  const list = Array.isArray(value) ? (value as unknown as readonly Partial<GroupPermission>[]) : [];
  return list.flatMap(({ group }) => group ?? []);
}

/** The change without some of its fields. */
function without(change: Change, left: ReadonlySet<string>): Change {
  const before = change.fields.filter(({ field }) => left.has(field)).map((one) => [one.field, one.before]);
  const fields = { ...fieldsOf(change.object), ...(Object.fromEntries(before) as Record<string, undefined>) };
  return {
    ...change,
    object: withFields(change.object, fields),
    fields: change.fields.filter(({ field }) => !left.has(field)),
  };
}

function reasonFor(key: ObjectKey, changes: readonly Change[], context: Context): string {
  const { observed, desired, look } = context;
  const sight = look(key);
  if (sight.state === 'unreadable') return `it needs ${key}, which could not be read (${sight.reason})`;
  const missing = `it needs ${key}, which is not on the master`;
  const more = changes.find((change) => change.key === key)?.reason;
  if (more !== undefined) return `${missing} (${more})`;
  if (desired.objects.has(key) || desired.blocked.has(key)) return missing;
  return observed.unsupported.has('group')
    ? `${missing}; ${releaseName(observed)} has no API to create it`
    : `${missing}; write \`lab-config/groups/${splitKey(key).name}.yaml\``;
}
