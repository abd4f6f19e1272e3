import { type Change, fieldsOf, type FieldValue } from '../../model/index.js';
import { isStruct } from '../../xml-rpc/index.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import { difference, strings } from './lists.js';
import { writesFields } from './order.js';
import { call, fieldBefore, wantedFields, type Check, type WriteContext } from './work.js';

type Fields = Readonly<Record<string, FieldValue>>;

/**
 * The calls that change the aliases of a type. One that another type gets is not removed: LAVA moves it there, and fails
 * to remove it from a type that no longer has it.
 */
export function aliasCalls(
  name: string,
  change: Change,
  fields: Fields,
  { isMoved }: WriteContext,
): RpcCall[] {
  const { added, removed } = aliasChanges(change, fields);
  return [
    ...added.map((alias) => call('device_types.aliases.add', name, alias)),
    ...removed
      .filter((alias) => !isMoved(alias))
      .map((alias) => call('device_types.aliases.delete', name, alias)),
  ];
}

/**
 * Checks that nobody else has the aliases, or the name of a new type. LAVA does not check this: `aliases.add` moves an
 * alias away from another type, and accepts one that is the name of a type (all releases).
 */
export function namesMustBeFree(
  name: string,
  change: Change,
  fields: Fields,
  context: WriteContext,
): Check[] {
  const { added } = aliasChanges(change, fields);
  const owned = change.verb === 'create' ? [...added, name] : added;
  return [
    ...owned.map((alias) => mustBeFree(alias, name, context)),
    ...added.map((alias) => mustNotBeType(alias)),
  ];
}

function mustBeFree(alias: string, type: string, { isReleased }: WriteContext): Check {
  return {
    calls: [call('aliases.show', alias)],
    verdict([outcome]) {
      if (isAbsent(outcome)) return null;
      if (outcome?.ok !== true) return unknown(alias, outcome);
      const owner = isStruct(outcome.value) ? outcome.value['device_type'] : '';
      if (typeof owner !== 'string' || owner === '' || owner === type || isReleased(alias, owner))
        return null;
      return `the alias '${alias}' belongs to device-type/${owner} on the master`;
    },
  };
}

function mustNotBeType(alias: string): Check {
  return {
    calls: [call('device_types.show', alias)],
    verdict([outcome]) {
      if (isAbsent(outcome)) return null;
      return outcome?.ok === true
        ? `the alias '${alias}' is the name of device-type/${alias} on the master`
        : unknown(alias, outcome);
    },
  };
}

function isAbsent(outcome: RpcOutcome | undefined): boolean {
  return outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404;
}

function unknown(alias: string, outcome: RpcOutcome | undefined): string {
  return `cannot determine whether the alias '${alias}' is free: ${failureOf(outcome) ?? 'no response'}`;
}

function aliasChanges(change: Change, fields: Fields): { added: string[]; removed: string[] } {
  if (!('aliases' in fields)) return { added: [], removed: [] };
  return difference(strings(fieldBefore(change, 'aliases')), strings(fields['aliases']));
}

/** Which aliases these changes remove from types, so that other types may get them, and which ones types get. */
export function aliasMoves(changes: readonly Change[]): Pick<WriteContext, 'isReleased' | 'isMoved'> {
  const released = new Set<string>();
  const gained = new Set<string>();
  for (const change of changes) {
    const { object, verb } = change;
    if (object.kind !== 'device-type') continue;
    const { added, removed } = writesFields(change)
      ? aliasChanges(change, wantedFields(change))
      : { added: [], removed: [] };
    const lost = verb === 'delete' ? strings(fieldsOf(object)['aliases']) : removed;
    for (const alias of lost) released.add(JSON.stringify([object.name, alias]));
    for (const alias of added) gained.add(alias);
  }
  return {
    isReleased: (alias, type) => released.has(JSON.stringify([type, alias])),
    isMoved: (alias) => gained.has(alias),
  };
}
