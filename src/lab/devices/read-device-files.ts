import type { Place } from '../../diagnostics/index.js';
import type { DeviceFields } from '../../model/index.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import { placeOfEntry, type YamlTree } from '../yaml/yaml-tree.js';
import { reportUnknownSite } from '../config/site-reference.js';
import type { DeclaredWindows } from '../config/windows.js';
import { sortedSet, withoutRepeats } from '../config/read-device-types.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';

/** What device-dictionaries/<hostname>.yaml specifies about a device in addition to its dictionary. */
export interface DeviceFile {
  readonly path: string;
  /** null: the file has errors, so its content is unknown. */
  readonly says: {
    readonly fields: DeviceFields;
    readonly aliases: readonly string[] | null;
    /** A site of the lab; null if the file names none. */
    readonly site: string | null;
    readonly maintenanceWindows: DeclaredWindows;
    /** @param entry an entry of the list at the key */
    placeOf(key: string, entry?: string): Place;
  } | null;
}

export function readDeviceFiles(tree: LabTree, report: Report): Map<string, DeviceFile> {
  const files = new Map<string, DeviceFile>();
  for (const [name, file] of tree.devices) {
    const checked = readChecked('device', file, report, (yaml) => {
      reportUnknownSite(yaml, ['site'], tree, report);
    });
    const says = checked === null ? null : { ...sayingsOf(checked.value), placeOf: placeIn(checked.tree) };
    files.set(name, { path: file.path, says });
  }
  return files;
}

function placeIn(yaml: YamlTree): (key: string, entry?: string) => Place {
  return (key, entry) => (entry === undefined ? yaml.placeOf([key]) : placeOfEntry(yaml, [key], entry));
}

const plainFields = [
  'deviceType',
  'worker',
  'description',
  'health',
  'version',
  'physicalOwner',
  'physicalGroup',
] as const satisfies readonly (keyof DeviceFields)[];

function sayingsOf(value: Checked<'device'>) {
  const plain = Object.fromEntries(
    plainFields.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]])),
  ) as Pick<DeviceFields, (typeof plainFields)[number]>;
  const { tags, permissions, aliases, site, maintenanceWindows } = value;
  const fields: DeviceFields = {
    ...plain,
    ...(tags === undefined ? {} : { tags: sortedSet(tags) }),
    ...(permissions === undefined ? {} : { permissions: withoutRepeats(permissions) }),
  };
  return { fields, aliases: aliases ?? null, site: site ?? null, maintenanceWindows };
}
