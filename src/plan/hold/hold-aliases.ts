import type { Change, FieldChange } from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { splitChange } from './split-change.js';

/**
 * Holds back aliases that are taken on the master (`name-taken`): an alias belongs to one device type and is not the name
 * of one, ignoring case. The lab is checked before; this is about types that exist only on the master, or that the plan
 * leaves as they are. A stock LAVA does not check this and moves the alias away from the other type. Only the field
 * `aliases` is held back, so the boards of the type still work. A new type whose name is an alias is held back as a whole.
 */
export function holdAliases(changes: readonly Change[], context: Context): Change[] {
  const names = namesAfter(changes, context);
  return changes.flatMap((change): Change[] => {
    if (change.object.kind !== 'device-type' || !sets(change)) return [change];
    const owner = change.verb === 'create' ? names.aliases.get(lower(change.object.name)) : undefined;
    if (owner !== undefined && owner.type !== change.object.name) {
      const reason = `its name is the alias "${owner.alias}" of device-type/${owner.type}`;
      return [{ ...change, verb: 'keep', hold: 'name-taken', reason }];
    }
    const field = change.fields.find((one) => one.field === 'aliases');
    if (field === undefined) return [change];
    const reason = aliasesOf(field.after).flatMap((alias) => problemOf(alias, change.object.name, names))[0];
    return reason === undefined ? [change] : splitChange(change, new Set([field]), 'name-taken', reason);
  });
}

interface Names {
  readonly types: ReadonlyMap<string, string>;
  /** The aliases that stay on the master, or that the first of several types gets. */
  readonly aliases: ReadonlyMap<string, { readonly alias: string; readonly type: string }>;
}

/**
 * The names of all device types on the master after the changes, by lower case. An alias that a type keeps counts before
 * one that a type gets.
 */
function namesAfter(changes: readonly Change[], { observed }: Context): Names {
  const before = new Map<string, readonly string[]>();
  for (const object of observed.objects.values()) {
    if (object.kind === 'device-type') before.set(object.name, object.fields.aliases ?? []);
  }
  const after = new Map(before);
  for (const change of changes) {
    if (change.object.kind !== 'device-type') continue;
    const { name } = change.object;
    if (change.verb === 'delete') after.delete(name);
    if (!sets(change)) continue;
    const field = change.fields.find((one) => one.field === 'aliases');
    after.set(name, field === undefined ? (before.get(name) ?? []) : aliasesOf(field.after));
  }
  const aliases = new Map<string, { alias: string; type: string }>();
  const types = [...after].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const isKept of [true, false]) {
    for (const [type, list] of types) {
      for (const alias of list) {
        const stays = before.get(type)?.includes(alias) === true;
        if (stays === isKept && !aliases.has(lower(alias))) aliases.set(lower(alias), { alias, type });
      }
    }
  }
  return { types: new Map(types.map(([name]) => [lower(name), name])), aliases };
}

function problemOf(alias: string, type: string, { types, aliases }: Names): string[] {
  const named = types.get(lower(alias));
  if (named !== undefined) return [`the alias "${alias}" is the name of device-type/${named} on the master`];
  const owner = aliases.get(lower(alias));
  if (owner === undefined || owner.type === type) return [];
  return [`the alias "${alias}" belongs to device-type/${owner.type} on the master`];
}

function sets({ verb }: Change): boolean {
  return verb === 'create' || verb === 'update' || verb === 'adopt';
}

function aliasesOf(value: FieldChange['after']): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function lower(name: string): string {
  return name.toLowerCase();
}
