import { fieldsOf, sameValue, type DeviceFields, type FieldValue, type ObjectOf } from '../../model/index.js';
import { Report } from '../report.js';
import { readSync, type SyncFields } from '../devices/read-sync.js';
import { readTemplateFacts } from '../../templates/index.js';
import { fittingEntries, yamlText, type Draft } from './draft.js';
import type { Leaving } from './left-out.js';

/** The parts of the lab that a master's devices refer to. */
export interface DeviceSurroundings {
  readonly site: string;
  /** Names of the workers and types that the lab has. */
  readonly workers: ReadonlySet<string>;
  /** With the aliases that its file specifies. */
  readonly types: ReadonlyMap<string, readonly string[]>;
}

const comparedFields = [
  'description',
  'version',
  'tags',
  'physicalOwner',
  'physicalGroup',
  'permissions',
] as const satisfies readonly (keyof DeviceFields)[];

/**
 * Writes the dictionary byte for byte, and next to it what it does not specify. A health is written only if it is
 * Retired, because users and health checks change all others in their daily work.
 */
export function writeDevice(
  device: ObjectOf<'device'>,
  around: DeviceSurroundings,
  draft: Draft,
  leaving: Leaving,
): void {
  const { name, fields } = device;
  const key = `device/${name}` as const;
  const { deviceType, worker } = fields;
  const dictionary = leaving.has(key, 'dictionary') ? null : (fields.dictionary ?? null);
  const dictionaryPath = `device-dictionaries/${name}.jinja2`;
  if (deviceType === undefined && !leaving.has(key, 'deviceType')) {
    // Only the dictionary could specify its type. The lab finds out why it does not.
    if (dictionary !== null) draft.add(dictionaryPath, dictionary, { keys: [key], field: 'dictionary' });
    if (dictionary !== null || leaving.has(key, 'dictionary')) return;
  }
  if (deviceType === undefined || !around.types.has(deviceType)) {
    leaving.add(key, null, 'the lab does not have its device type');
    return;
  }
  const sync = dictionary === null ? {} : syncOf(dictionary);
  const isWorkerKnown = worker !== null && worker !== undefined && around.workers.has(worker);
  if (!isWorkerKnown && worker !== null) {
    if (sync.worker !== undefined) {
      leaving.add(key, null, 'the lab does not have its worker, and the dictionary names another');
      return;
    }
    const why =
      worker === undefined ? 'its dictionary does not specify one' : 'the lab does not have its worker';
    leaving.add(key, 'worker', why);
  }
  const entries = {
    ...(sync.deviceType === deviceType ? {} : { deviceType }),
    ...(worker === null || (isWorkerKnown && sync.worker !== worker) ? { worker } : {}),
    ...(isWorkerKnown ? {} : { site: around.site }),
    ...differing(fields, sync),
    ...(fields.health === 'Retired' ? { health: fields.health } : {}),
    ...aliasesIn(sync, around.types.get(deviceType) ?? []),
  };
  const required = { kind: 'Device' };
  const fitting = fittingEntries('device', required, entries, key, leaving);
  if (dictionary !== null) {
    draft.add(dictionaryPath, dictionary, { keys: [key], field: 'dictionary' });
  }
  if (dictionary !== null && Object.keys(fitting).length === 0) return;
  const text = yamlText({ ...required, ...fitting });
  draft.add(`device-dictionaries/${name}.yaml`, text, { keys: [key], field: null });
}

/** What the lab reads in a dictionary; nothing if the dictionary has errors. */
function syncOf(text: string): SyncFields {
  const report = new Report();
  const { sync } = readTemplateFacts(text);
  if (sync === null) return {};
  return readSync({ path: '', text, report, needsAll: false }, sync, null);
}

/** Fields with a value on the master that the dictionary does not specify, or specifies differently. */
function differing(fields: DeviceFields, sync: SyncFields): Readonly<Record<string, FieldValue>> {
  const observed = fieldsOf({ kind: 'device', name: '', fields });
  const said = fieldsOf({ kind: 'device', name: '', fields: sync });
  const written: Record<string, FieldValue> = {};
  for (const field of comparedFields) {
    const value = observed[field];
    if (value === undefined || sameValue(value, said[field])) continue;
    if (said[field] === undefined && isEmptyValue(value)) continue;
    written[field] = value;
  }
  return written;
}

function isEmptyValue(value: FieldValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * The file of a type specifies its aliases. It overrides a dictionary that would add one that the master does not have.
 */
function aliasesIn(sync: SyncFields, known: readonly string[]): { readonly aliases?: readonly string[] } {
  const added = (sync.aliases ?? []).some((alias) => !known.includes(alias));
  return added ? { aliases: [] } : {};
}
