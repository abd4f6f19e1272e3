import { fieldsOf as anyFieldsOf, sameValue, type DeviceFields, type FieldValue } from '../../model/index.js';
import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { TextFile } from '../files/read-files.js';
import type { FindingCode } from '../codes.js';
import { readDeviceFiles, type DeviceFile } from './read-device-files.js';
import { hasNeededKeys, readSync, type DictionaryReader, type SyncFields } from './read-sync.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';
import { reportFailure } from '../rendering/report-failures.js';
import { syntaxErrorOf, type TemplateFacts } from '../../templates/index.js';

export interface LabDevice {
  readonly name: string;
  /** Its dictionary, or <hostname>.yaml if it has none. */
  readonly file: string;
  /** Both files, as far as they exist. */
  readonly files: readonly string[];
  /** The template that it extends, without .jinja2; null if it does not name exactly one literally. */
  readonly template: string | null;
  readonly deviceType: string | null;
  readonly worker: string | null;
  /** The site of a device without a worker; null: unknown. */
  readonly site: string | null;
  readonly aliases: readonly string[];
  /** Its files may specify a type or aliases that could not be read. */
  readonly isPartlyRead: boolean;
  readonly fields: DeviceFields;
  /** What <hostname>.yaml specifies. */
  readonly says: DeviceFile['says'];
}

/** Every device of the lab: those with a dictionary, and those that only have <hostname>.yaml. */
export function readDevices(tree: LabTree, report: Report, memory: LabMemory): Map<string, LabDevice> {
  const files = readDeviceFiles(tree, report);
  const devices = new Map<string, LabDevice>();
  for (const [name, file] of tree.dictionaries) {
    devices.set(name, readDevice(name, file, files.get(name), report, memory));
  }
  for (const [name, file] of files) {
    if (!devices.has(name)) devices.set(name, readDevice(name, null, file, report, memory));
  }
  return devices;
}

function readDevice(
  name: string,
  dictionary: TextFile | null,
  file: DeviceFile | undefined,
  report: Report,
  memory: LabMemory,
): LabDevice {
  const { template, sync } = readDictionary(dictionary, file, report, memory);
  const says = file?.says ?? null;
  const { aliases: synced, ...syncFields } = sync;
  if (says !== null && dictionary !== null) reportContradictions(says, sync, dictionary.path, report);
  const fields: DeviceFields = {
    ...syncFields,
    ...says?.fields,
    ...(dictionary?.text == null ? {} : { dictionary: dictionary.text }),
  };
  const { deviceType = null, worker = null } = fields;
  const paths = [dictionary?.path, file?.path].filter((path) => path !== undefined);
  const device: LabDevice = {
    name,
    file: paths[0] ?? '',
    files: paths,
    template,
    deviceType,
    worker,
    site: says?.site ?? null,
    aliases: says?.aliases ?? synced ?? [],
    isPartlyRead: paths.some((path) => report.hasErrors(path)),
    fields,
    says,
  };
  if (file !== undefined) reportIncomplete(device, file, report);
  return device;
}

function readDictionary(
  dictionary: TextFile | null,
  file: DeviceFile | undefined,
  report: Report,
  memory: LabMemory,
): { template: string | null; sync: SyncFields } {
  if (dictionary === null || dictionary.text === null) return { template: null, sync: {} };
  const reader = { path: dictionary.path, text: dictionary.text, report, needsAll: file === undefined };
  const facts = factsOf(memory, dictionary.path, dictionary.text);
  // Findings about a tag that does not end would be wrong or irrelevant.
  if (extendsOf(facts.references).length !== 1 || (reader.needsAll && !hasNeededKeys(facts.sync))) {
    const error = syntaxErrorOf(reader.path, reader.text);
    if (error !== null) {
      reportFailure(error, { blames: [reader.path], text: reader.text }, report);
      return { template: null, sync: {} };
    }
  }
  const template = extendedTemplate(reader, facts.references);
  // A device with its own file does not have to specify anything in its dictionary.
  if (facts.sync === null && file !== undefined) return { template, sync: {} };
  if (facts.secondSync !== null) {
    report.error(
      'sync-twice',
      placeAt(reader.path, reader.text, facts.secondSync),
      'this is a second sync_to_lava, and LAVA reads only the first',
      'Keep one.',
    );
  }
  return { template, sync: readSync(reader, facts.sync, template) };
}

/**
 * The file takes precedence over the dictionary. Users who also run `lava-server manage sync` should know that they
 * differ.
 */
function reportContradictions(
  says: NonNullable<DeviceFile['says']>,
  sync: SyncFields,
  dictionary: string,
  report: Report,
): void {
  const { aliases, ...fields } = sync;
  const synced = valuesOf(fields, aliases);
  for (const [key, value] of Object.entries(valuesOf(says.fields, says.aliases ?? undefined))) {
    if (synced[key] === undefined || value === undefined || sameValue(synced[key], value)) continue;
    report.warn(
      'device-contradicts-dictionary',
      says.placeOf(key),
      `sync_to_lava in ${dictionary} specifies another "${key}", which is not used`,
      'Specify it in one place.',
    );
  }
}

function valuesOf(
  fields: DeviceFields,
  aliases: readonly string[] | undefined,
): Readonly<Record<string, FieldValue | undefined>> {
  return { ...anyFieldsOf({ kind: 'device', name: '', fields }), aliases };
}

/** Errors of a device's files that leave no doubt about what they specify. */
const leavesSync: ReadonlySet<string> = new Set<FindingCode>([
  'private-key-in-lab',
  'secret-key-in-lab',
  'site-unknown',
  'dictionary-extends-nothing',
  'dictionary-extends-twice',
  'dictionary-extends-computed',
]);

function reportIncomplete(device: LabDevice, file: DeviceFile, report: Report): void {
  const { says } = file;
  const isHidden = report.codesOf(device.files).some((code) => !leavesSync.has(code));
  if (says === null || isHidden) return;
  const place = says.placeOf('kind');
  if (device.deviceType === null) {
    const message = `neither this file nor a dictionary specifies the device type of "${device.name}"`;
    report.error('dictionary-without-device-type', place, message, 'Write `deviceType: ...`.');
  }
  if (device.worker === null && device.site === null) {
    const message = `neither this file nor a dictionary specifies the worker of "${device.name}"`;
    const hint = 'Write `worker: ...`, or `site: ...` for a device without a worker.';
    report.error('dictionary-without-worker', place, message, hint);
  }
}

type References = TemplateFacts['references'];

function extendsOf(references: References): References {
  return references.filter(({ kind }) => kind === 'extends');
}

/**
 * LAVA finds health checks by the one template that a dictionary extends with a literal name (reference, section 5.3).
 */
function extendedTemplate(reader: DictionaryReader, references: References) {
  const { path, text, report } = reader;
  const [first, second] = extendsOf(references);
  if (first === undefined) {
    report.error(
      'dictionary-extends-nothing',
      { file: path, line: 1, column: 1 },
      'the dictionary extends no template, so the device has no configuration',
      "Start it with {% extends '<device type>.jinja2' %}.",
    );
    return null;
  }
  if (second !== undefined) {
    report.error(
      'dictionary-extends-twice',
      placeAt(path, text, second.at),
      'the dictionary extends a second template',
      'Keep one extends; LAVA requires exactly one.',
    );
    return null;
  }
  if (first.name?.endsWith('.jinja2') !== true) {
    report.error(
      'dictionary-extends-computed',
      placeAt(path, text, first.at),
      first.name === null
        ? 'the name of the extended template is computed, but LAVA finds the health check only by a literal name'
        : `"${first.name}" is not the name of a .jinja2 file`,
      `Write {% extends '${first.name === null ? '<device type>' : first.name.replace(/\.[^.]*$/, '')}.jinja2' %}.`,
    );
    return null;
  }
  return first.name.slice(0, -'.jinja2'.length);
}
