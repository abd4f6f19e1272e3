import type { DeviceTypeFields, GroupPermission } from '../../model/index.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import type { TextFile } from '../files/read-files.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';
import type { YamlTree } from '../yaml/yaml-tree.js';

export interface LabDeviceType {
  readonly name: string;
  readonly file: string;
  readonly fields: DeviceTypeFields;
  /** Confirms that its template intentionally replaces one that LAVA ships. */
  readonly overridesShipped: boolean;
  /** null: the file has errors. */
  readonly yaml: YamlTree | null;
}

export function readDeviceTypes(tree: LabTree, report: Report): Map<string, LabDeviceType> {
  const types = new Map<string, LabDeviceType>();
  for (const [name, file] of tree.deviceTypes) types.set(name, readDeviceType(name, file, report));
  return types;
}

function readDeviceType(name: string, file: TextFile, report: Report): LabDeviceType {
  const checked = readChecked('device-type', file, report);
  if (checked === null) return { name, file: file.path, fields: {}, overridesShipped: false, yaml: null };
  return {
    name,
    file: file.path,
    fields: fieldsOf(checked.value),
    overridesShipped: checked.value.overridesShippedTemplate ?? false,
    yaml: checked.tree,
  };
}

const plainFields = [
  'description',
  'display',
  'healthChecksDisabled',
  'architecture',
  'processor',
  'cpuModel',
  'bits',
  'coreCount',
] as const satisfies readonly (keyof DeviceTypeFields)[];

function fieldsOf(value: Checked<'device-type'>): DeviceTypeFields {
  const { healthCheckFrequency, aliases, cores, permissions } = value;
  const plain = Object.fromEntries(
    plainFields.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]])),
  ) as Pick<DeviceTypeFields, (typeof plainFields)[number]>;
  return {
    ...plain,
    ...(aliases === undefined ? {} : { aliases: sortedSet(aliases) }),
    ...(cores === undefined ? {} : { cores: sortedSet(cores) }),
    ...(healthCheckFrequency === undefined
      ? {}
      : { healthCheckFrequency: frequencyOf(healthCheckFrequency) }),
    ...(permissions === undefined ? {} : { permissions: withoutRepeats(permissions) }),
  };
}

/** Sorted and without duplicates. */
export function withoutRepeats(permissions: readonly GroupPermission[]): GroupPermission[] {
  const byText = new Map<string, GroupPermission>();
  for (const one of permissions) byText.set(`${one.group} ${one.permission}`, one);
  return sortedSet(byText.keys()).flatMap((key) => byText.get(key) ?? []);
}

/** The schema ensures that there is exactly one of the two. */
function frequencyOf(value: { readonly hours?: number; readonly jobs?: number }): {
  every: number;
  unit: 'hours' | 'jobs';
} {
  return value.hours === undefined
    ? { every: value.jobs ?? 0, unit: 'jobs' }
    : { every: value.hours, unit: 'hours' };
}

export function sortedSet(items: Iterable<string>): string[] {
  return [...new Set(items)].sort();
}
