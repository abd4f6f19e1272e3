import { nearest, type Place } from '../../diagnostics/index.js';
import type { DeviceFields } from '../../model/index.js';
import { readChecked, type Checked } from '../yaml/check-schema.js';
import { orElse } from '../names.js';
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
    placeOf(key: string): Place;
  } | null;
}

export function readDeviceFiles(tree: LabTree, report: Report): Map<string, DeviceFile> {
  const files = new Map<string, DeviceFile>();
  for (const [name, file] of tree.devices) {
    const checked = readChecked('device', file, report);
    const says = checked === null ? null : { ...sayingsOf(checked.value), placeOf: placeIn(checked.tree) };
    if (says?.site != null && !tree.sites.has(says.site)) {
      const hint = orElse(nearest(says.site, tree.sites.keys()), `Write lab-config/sites/${says.site}.yaml.`);
      report.error('site-unknown', says.placeOf('site'), `there is no site "${says.site}"`, hint);
    }
    files.set(name, { path: file.path, says });
  }
  return files;
}

function placeIn(yaml: { placeOf(path: readonly string[]): Place }): (key: string) => Place {
  return (key) => yaml.placeOf([key]);
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
  const { tags, permissions, aliases, site } = value;
  const fields: DeviceFields = {
    ...plain,
    ...(tags === undefined ? {} : { tags: sortedSet(tags) }),
    ...(permissions === undefined ? {} : { permissions: withoutRepeats(permissions) }),
  };
  return { fields, aliases: aliases ?? null, site: site ?? null };
}
