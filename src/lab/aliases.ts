import type { Place } from '../diagnostics/index.js';
import type { LabDeviceType } from './config/read-device-types.js';
import { placeOfSynced } from './devices/place-of-synced.js';
import type { LabDevice } from './devices/read-dictionaries.js';
import type { Report } from './report.js';
import { placeOfEntry } from './yaml/yaml-tree.js';
import type { LabTree } from './files/tree.js';

interface Named {
  readonly tree: LabTree;
  readonly deviceTypes: ReadonlyMap<string, LabDeviceType>;
  readonly devices: ReadonlyMap<string, LabDevice>;
}

/** A device type that specifies an alias, and the first place that does. */
interface Claim {
  readonly alias: string;
  readonly type: string;
  readonly place: Place;
}

/**
 * An alias can be specified in `<type>.yaml`, in `<hostname>.yaml` and in `sync_to_lava`. Wherever it is, it belongs to
 * one device type and is not itself the name of one, ignoring case. (LAVA has one row per alias and does not check: a
 * second type takes it from the first, and an alias with the name of a type is never used.) Every type that is involved
 * is blocked, because only a person knows which one is right.
 */
export function reportAliases(named: Named, report: Report): void {
  const types = typeNames(named);
  const claims = new Map<string, Claim[]>();
  for (const claim of claimsOf(named)) {
    const id = claim.alias.toLowerCase();
    const group = claims.get(id);
    if (group === undefined) claims.set(id, [claim]);
    else group.push(claim);
  }
  for (const [id, group] of claims) {
    const type = types.get(id);
    const first = group[0];
    const second = group.find((claim) => claim.type !== first?.type);
    for (const claim of group) {
      if (report.isFull(claim.place.file)) continue;
      const other = claim.type === first?.type ? (second ?? first) : first;
      const problem = type === undefined ? rivalProblem(claim, other) : typeProblem(claim, type);
      if (problem === null) continue;
      const { message, hint } = problem;
      report.error('name-duplicate', claim.place, message, hint, fileOfType(claim.type));
    }
  }
}

/** The file whose errors block a device type. A type that only dictionaries name has none, but could have. */
export function fileOfType(type: string): string {
  return `device-types/${type}.yaml`;
}

/** By lower case. A template in the lab is the template of a type, or can become one. */
function typeNames({ tree, deviceTypes, devices }: Named): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of [...tree.templates.keys(), ...deviceTypes.keys()]) names.set(name.toLowerCase(), name);
  for (const { deviceType } of devices.values()) {
    if (deviceType !== null) names.set(deviceType.toLowerCase(), deviceType);
  }
  return names;
}

/** One claim per type and spelling. A type with a thousand devices is one claim. */
function claimsOf({ tree, deviceTypes, devices }: Named): Iterable<Claim> {
  const claims = new Map<string, Claim>();
  const add = (alias: string, type: string, place: () => Place) => {
    const id = JSON.stringify([type, alias]);
    if (!claims.has(id)) claims.set(id, { alias, type, place: place() });
  };
  for (const { name, file, fields, yaml } of deviceTypes.values()) {
    for (const alias of fields.aliases ?? [])
      add(alias, name, () => (yaml === null ? { file } : placeOfEntry(yaml, ['aliases'], alias)));
  }
  for (const device of devices.values()) {
    const { deviceType, aliases, says } = device;
    if (deviceType === null) continue;
    for (const alias of aliases) {
      const inFile = says?.aliases != null;
      add(alias, deviceType, () =>
        inFile ? says.placeOf('aliases', alias) : placeOfSynced(tree, device, alias),
      );
    }
  }
  return claims.values();
}

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function typeProblem({ alias, type }: Claim, name: string): Problem {
  const problem =
    alias === name ? 'is the name of a device type' : `differs only in case from the device type "${name}"`;
  const hint =
    type === name
      ? 'Remove the alias. A job can already request the type by its name.'
      : 'Choose another alias, or remove it.';
  return { message: `the alias "${alias}" of the device type "${type}" ${problem}`, hint };
}

/** @param other the first claim of another type, or else the first of the same type */
function rivalProblem({ alias, type, place }: Claim, other: Claim | undefined): Problem | null {
  if (other === undefined || other.place === place) return null;
  if (other.type === type) {
    return {
      message: `the aliases "${alias}" and "${other.alias}" of the device type "${type}" differ only in case`,
      hint: 'Remove one of them.',
    };
  }
  const where = `${other.place.file}${other.place.line === undefined ? '' : `:${other.place.line}`}`;
  const message =
    alias === other.alias
      ? `the device types "${type}" and "${other.type}" (${where}) both have the alias "${alias}"`
      : `the alias "${alias}" of the device type "${type}" and the alias "${other.alias}" of "${other.type}" (${where}) differ only in case`;
  return {
    message,
    hint: 'Remove it from one of them: an alias belongs to one device type.',
  };
}
