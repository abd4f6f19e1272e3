import type { DeviceFields, GroupPermission } from '../model/index.js';
import { factsOf, type LabMemory } from './memory.js';
import { didYouMean, isName, isTag } from './names.js';
import { placeAt } from './place.js';
import type { TextFile } from './read-files.js';
import { sortedSet } from './read-device-types.js';
import type { Literal } from './read-literal.js';
import type { Report } from './report.js';
import type { LabTree } from './tree.js';

export interface LabDevice {
  readonly name: string;
  readonly file: string;
  /** What it extends, without .jinja2; null when it does not say so literally and once. */
  readonly template: string | null;
  readonly deviceType: string | null;
  readonly worker: string | null;
  readonly aliases: readonly string[];
  readonly fields: DeviceFields;
}

export function readDictionaries(tree: LabTree, report: Report, memory: LabMemory): Map<string, LabDevice> {
  const devices = new Map<string, LabDevice>();
  for (const [name, file] of tree.dictionaries) devices.set(name, readDictionary(name, file, report, memory));
  return devices;
}

function readDictionary(name: string, file: TextFile, report: Report, memory: LabMemory): LabDevice {
  if (file.text === null) {
    return { name, file: file.path, template: null, deviceType: null, worker: null, aliases: [], fields: {} };
  }
  const reader = { path: file.path, text: file.text, report };
  const facts = factsOf(memory, file.path, file.text);
  const template = extendedTemplate(reader, facts.references);
  const sync = readSync(reader, facts.sync, template);
  const { deviceType, worker, aliases, ...fields } = sync;
  return {
    name,
    file: file.path,
    template,
    deviceType: deviceType ?? null,
    worker: worker ?? null,
    aliases: aliases ?? [],
    fields: {
      ...(deviceType === undefined ? {} : { deviceType }),
      ...(worker === undefined ? {} : { worker }),
      ...fields,
      dictionary: file.text,
    },
  };
}

interface Reader {
  readonly path: string;
  readonly text: string;
  readonly report: Report;
}

/** LAVA finds health checks by the one template that a dictionary extends by a literal name (reference, section 5.3). */
function extendedTemplate(
  reader: Reader,
  references: readonly { kind: string; name: string | null; at: number }[],
) {
  const { path, text, report } = reader;
  const [first, second] = references.filter((reference) => reference.kind === 'extends');
  if (first === undefined) {
    report.error(
      'dictionary-extends-nothing',
      { file: path, line: 1, column: 1 },
      'the dictionary extends no template, so the device has no configuration',
      "Begin it with {% extends '<device type>.jinja2' %}.",
    );
    return null;
  }
  if (second !== undefined) {
    report.error(
      'dictionary-extends-twice',
      placeAt(path, text, second.at),
      'the dictionary extends a second template',
      'Keep one extends; LAVA looks for exactly one.',
    );
    return null;
  }
  if (first.name?.endsWith('.jinja2') !== true) {
    report.error(
      'dictionary-extends-computed',
      placeAt(path, text, first.at),
      first.name === null
        ? 'the template to extend is computed, and LAVA finds the health check only by a literal name'
        : `"${first.name}" is not the name of a .jinja2 file`,
      "Write {% extends '<device type>.jinja2' %}.",
    );
    return null;
  }
  return first.name.slice(0, -'.jinja2'.length);
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

interface SyncFields {
  deviceType?: string;
  worker?: string;
  tags?: readonly string[];
  aliases?: readonly string[];
  physicalOwner?: string;
  physicalGroup?: string;
  permissions?: readonly GroupPermission[];
}

function readSync(reader: Reader, sync: Literal | null, template: string | null): SyncFields {
  const { path, text, report } = reader;
  if (sync?.type !== 'dict') {
    const type = template ?? '<device type>';
    report.error(
      'dictionary-without-sync',
      sync === null ? { file: path, line: 1, column: 1 } : placeAt(path, text, sync.start),
      sync === null
        ? 'the dictionary does not say to which device type and worker the device belongs'
        : 'sync_to_lava must be a literal mapping',
      `Add {% set sync_to_lava = {"device_type": "${type}", "worker": "<hostname>"} %} after the extends.`,
    );
    return {};
  }
  const entries = new Map<string, Literal>();
  for (const { key, value } of sync.entries) {
    if (report.isFull(path)) break;
    if (key.type !== 'text' || !syncKeys.includes(key.value)) {
      const name = key.type === 'text' ? key.value : 'this key';
      report.warn(
        'sync-unknown-key',
        placeAt(path, text, key.start),
        `LAVA reads no "${name}" in sync_to_lava`,
        didYouMean(name, syncKeys),
      );
      continue;
    }
    if (value.type === 'computed' || (value.type === 'list' && value.items.some(isComputed))) {
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
  return fieldsOf(reader, entries, sync.start);
}

function isComputed(literal: Literal): boolean {
  return literal.type === 'computed' || (literal.type === 'list' && literal.items.some(isComputed));
}

function fieldsOf(reader: Reader, entries: ReadonlyMap<string, Literal>, start: number): SyncFields {
  const { path, text, report } = reader;
  const deviceType = readName(reader, entries, 'device_type', isName);
  const worker = readName(reader, entries, 'worker', isName);
  for (const [key, code] of [
    ['device_type', 'dictionary-without-device-type'],
    ['worker', 'dictionary-without-worker'],
  ] as const) {
    if (entries.has(key) || report.hasErrors(path)) continue;
    report.error(
      code,
      placeAt(path, text, start),
      `sync_to_lava does not say the ${key.replace('_', ' ')}`,
      `Add "${key}": "...".`,
    );
  }
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
  reader: Reader,
  entries: ReadonlyMap<string, Literal>,
  key: string,
  isGood: (name: string) => boolean,
): string | null {
  const literal = entries.get(key);
  if (literal === undefined) return null;
  if (literal.type === 'text' && isGood(literal.value)) return literal.value;
  return wrong(reader, literal, `"${key}" must be a name that LAVA takes`);
}

function readNames(
  reader: Reader,
  entries: ReadonlyMap<string, Literal>,
  key: string,
  isGood: (name: string) => boolean,
): string[] | null {
  const literal = entries.get(key);
  if (literal === undefined) return null;
  if (literal.type !== 'list') return wrong(reader, literal, `"${key}" must be a list of names`);
  const names: string[] = [];
  for (const item of literal.items) {
    if (reader.report.isFull(reader.path)) break;
    if (item.type === 'text' && isGood(item.value)) names.push(item.value);
    else wrong(reader, item, `this is no name that LAVA takes in "${key}"`);
  }
  return sortedSet(names);
}

const permissions = ['view_device', 'submit_to_device', 'change_device'];

/** A list of [permission, group], as LAVA's sync has it. */
function readPermissions(reader: Reader, literal: Literal | undefined): GroupPermission[] | null {
  if (literal === undefined) return null;
  const shape = 'group_device_permissions must be a list of ["<permission>", "<group>"]';
  if (literal.type !== 'list') return wrong(reader, literal, shape);
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
      wrong(reader, item, shape);
    } else if (!permissions.includes(permission.value)) {
      wrong(
        reader,
        permission,
        `there is no permission "${permission.value}"`,
        didYouMean(permission.value, permissions),
      );
    } else {
      found.set(`${group.value} ${permission.value}`, { group: group.value, permission: permission.value });
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

function wrong(reader: Reader, literal: Literal, message: string, hint?: string): null {
  reader.report.error('sync-wrong-value', placeAt(reader.path, reader.text, literal.start), message, hint);
  return null;
}
