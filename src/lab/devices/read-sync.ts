import type { GroupPermission } from '../../model/index.js';
import { nearest } from '../../diagnostics/index.js';
import { didYouMean, isName, isTag, nameShape } from '../names.js';
import { placeAt } from '../place.js';
import { sortedSet } from '../config/read-device-types.js';
import type { Literal } from '../../templates/index.js';
import type { Report } from '../report.js';

/** A dictionary that is being read. */
export interface DictionaryReader {
  readonly path: string;
  readonly text: string;
  readonly report: Report;
  /** Nothing except the dictionary could specify the type and worker. */
  readonly needsAll: boolean;
}

/** The keys that `lava-server manage sync` reads (LAVA 2021.03 and later). */
const syncKeys = [
  'device_type',
  'worker',
  'tags',
  'aliases',
  'physical_owner',
  'physical_group',
  'group_device_permissions',
];

const neededKeys = ['device_type', 'worker'];

/** Whether sync_to_lava has all keys that a dictionary alone must specify. */
export function hasNeededKeys(sync: Literal | null): boolean {
  if (sync?.type !== 'dict') return false;
  return neededKeys.every((name) =>
    sync.entries.some(({ key }) => key.type === 'text' && key.value === name),
  );
}

/** What sync_to_lava specifies about a device. */
export interface SyncFields {
  deviceType?: string;
  worker?: string;
  tags?: readonly string[];
  aliases?: readonly string[];
  physicalOwner?: string;
  physicalGroup?: string;
  permissions?: readonly GroupPermission[];
}

export function readSync(
  reader: DictionaryReader,
  sync: Literal | null,
  template: string | null,
): SyncFields {
  const { path, text, report } = reader;
  if (sync?.type !== 'dict') {
    const type = template ?? '<device type>';
    report.error(
      'dictionary-without-sync',
      sync === null ? { file: path, line: 1, column: 1 } : placeAt(path, text, sync.start),
      sync === null
        ? 'the dictionary does not specify the device type and worker of the device'
        : 'sync_to_lava must be a literal mapping',
      sync === null
        ? `Add {% set sync_to_lava = {"device_type": "${type}", "worker": "<hostname>"} %} after the extends.`
        : `Write {% set sync_to_lava = {"device_type": "${type}", "worker": "<hostname>"} %}, without functions and filters.`,
    );
    return {};
  }
  const entries = new Map<string, Literal>();
  const missing = missingKeys(reader, sync);
  for (const { key, value } of sync.entries) {
    if (report.isFull(path)) break;
    if (key.type !== 'text' || !syncKeys.includes(key.value)) {
      if ([...missing.values()].includes(key)) continue;
      const name = key.type === 'text' ? key.value : 'this key';
      report.warn(
        'sync-unknown-key',
        placeAt(path, text, key.start),
        `LAVA does not read "${name}" in sync_to_lava`,
        didYouMean(name, syncKeys) ?? 'Remove it.',
      );
      continue;
    }
    const computed = computedIn(value);
    if (computed?.missingComma !== undefined) {
      const place = placeAt(path, text, computed.missingComma);
      const message = 'a comma is missing here: Jinja2 reads the next value as an index of this one';
      report.error('comma-missing', place, message, 'Write a comma after this value.');
      continue;
    }
    if (computed !== undefined) {
      report.error(
        'sync-value-computed',
        placeAt(path, text, value.start),
        `"${key.value}" is computed; LAVA reads only literal values in sync_to_lava`,
        'Write the value itself.',
      );
      continue;
    }
    entries.set(key.value, value);
  }
  for (const [key, misspelled] of missing) {
    report.error(
      key === 'device_type' ? 'dictionary-without-device-type' : 'dictionary-without-worker',
      placeAt(path, text, misspelled?.start ?? sync.start),
      `sync_to_lava does not specify the ${key.replace('_', ' ')}`,
      misspelled === null ? `Add "${key}": "...".` : `Did you mean "${key}"?`,
    );
  }
  return fieldsOf(reader, entries);
}

/** The keys that every dictionary needs and that this one lacks, each with a misspelled key that probably means it. */
function missingKeys(
  { needsAll, path, report }: DictionaryReader,
  { entries }: Extract<Literal, { type: 'dict' }>,
): ReadonlyMap<string, Literal | null> {
  const names = new Set(entries.map(({ key }) => (key.type === 'text' ? key.value : '')));
  const free = syncKeys.filter((name) => !names.has(name));
  // A missing comma can hide a key.
  const areKnown = needsAll && !report.hasError(path, 'comma-missing');
  const missing = areKnown ? free.filter((name) => neededKeys.includes(name)) : [];
  return new Map(
    missing.map((name) => {
      const slip = entries.find(
        ({ key }) =>
          key.type === 'text' && !syncKeys.includes(key.value) && nearest(key.value, free) === name,
      );
      return [name, slip?.key ?? null];
    }),
  );
}

/** The first part of a value that is not a literal. */
function computedIn(literal: Literal): Literal | undefined {
  if (literal.type === 'computed') return literal;
  if (literal.type !== 'list') return undefined;
  for (const item of literal.items) {
    const computed = computedIn(item);
    if (computed !== undefined) return computed;
  }
  return undefined;
}

function fieldsOf(reader: DictionaryReader, entries: ReadonlyMap<string, Literal>): SyncFields {
  const deviceType = readName(reader, entries, 'device_type', isName);
  const worker = readName(reader, entries, 'worker', isName);
  const tags = readNames(reader, entries, 'tags', isTag);
  const aliases = readNames(reader, entries, 'aliases', isName);
  const physicalOwner = readName(reader, entries, 'physical_owner', isShort);
  const physicalGroup = readName(reader, entries, 'physical_group', isShort);
  const permissions = readPermissions(reader, entries.get('group_device_permissions'));
  return {
    ...(deviceType === null ? {} : { deviceType }),
    ...(worker === null ? {} : { worker }),
    ...(tags === null ? {} : { tags }),
    ...(aliases === null ? {} : { aliases }),
    ...(physicalOwner === null ? {} : { physicalOwner }),
    ...(physicalGroup === null ? {} : { physicalGroup }),
    ...(permissions === null ? {} : { permissions }),
  };
}

function isShort(name: string): boolean {
  return name.length > 0 && name.length <= 150;
}

function readName(
  reader: DictionaryReader,
  entries: ReadonlyMap<string, Literal>,
  key: string,
  isGood: (name: string) => boolean,
): string | null {
  const literal = entries.get(key);
  if (literal === undefined) return null;
  if (literal.type === 'text' && isGood(literal.value)) return literal.value;
  return wrong(reader, literal, `"${key}" must be a name that LAVA accepts`, shapeOf(isGood));
}

function readNames(
  reader: DictionaryReader,
  entries: ReadonlyMap<string, Literal>,
  key: string,
  isGood: (name: string) => boolean,
): string[] | null {
  const literal = entries.get(key);
  if (literal === undefined) return null;
  if (literal.type !== 'list')
    return wrong(reader, literal, `"${key}" must be a list of names`, listHint(literal));
  const names: string[] = [];
  for (const item of literal.items) {
    if (reader.report.isFull(reader.path)) break;
    if (item.type === 'text' && isGood(item.value)) names.push(item.value);
    else wrong(reader, item, `LAVA does not accept this name in "${key}"`, shapeOf(isGood));
  }
  return sortedSet(names);
}

function listHint(literal: Literal): string {
  return literal.type === 'text'
    ? `Write a list: ["${literal.value}"].`
    : 'Write a list such as ["usb", "hdmi"], or [].';
}

function shapeOf(isGood: (name: string) => boolean): string | undefined {
  if (isGood === isTag) return 'Use at most 50 letters, digits, "-" and "_" in a tag.';
  return isGood === isName ? nameShape : 'Write a name in quotes, with at most 150 characters.';
}

const permissions = ['view_device', 'submit_to_device', 'change_device'];

/** A list of [permission, group], as in LAVA's sync. */
function readPermissions(reader: DictionaryReader, literal: Literal | undefined): GroupPermission[] | null {
  if (literal === undefined) return null;
  const shape = 'group_device_permissions must be a list of ["<permission>", "<group>"]';
  const example = 'Write [["submit_to_device", "kernel-team"]].';
  if (literal.type !== 'list') return wrong(reader, literal, shape, example);
  const found = new Map<string, GroupPermission>();
  for (const item of literal.items) {
    if (reader.report.isFull(reader.path)) break;
    const [permission, group, more] = item.type === 'list' ? item.items : [];
    if (
      permission?.type !== 'text' ||
      group?.type !== 'text' ||
      more !== undefined ||
      !isShort(group.value)
    ) {
      wrong(reader, item, shape, example);
    } else if (!permissions.includes(permission.value)) {
      wrong(
        reader,
        permission,
        `there is no permission "${permission.value}"`,
        permissions.includes(group.value)
          ? `Write the permission first: ["${group.value}", "${permission.value}"].`
          : didYouMean(permission.value, permissions),
      );
    } else {
      found.set(`${group.value} ${permission.value}`, { group: group.value, permission: permission.value });
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

function wrong(reader: DictionaryReader, literal: Literal, message: string, hint?: string): null {
  // The missing comma was reported.
  if (literal.missingComma !== undefined) return null;
  reader.report.error('sync-wrong-value', placeAt(reader.path, reader.text, literal.start), message, hint);
  return null;
}
