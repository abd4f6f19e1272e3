import { sameValue, type ConfigurationObject, type FieldValue, type ObjectKey } from '../../model/index.js';
import { fitsSchema } from '../yaml/check-schema.js';
import { workerFiles } from '../path-rules/field-names.js';
import { createMemory } from '../memory.js';
import { readDevices, type LabDevice } from '../devices/read-dictionaries.js';
import { readFiles } from '../files/read-files.js';
import { Report } from '../report.js';
import type { SchemaName } from '../schema/index.js';
import type { FileMap, LabFile } from '../snapshot.js';
import { sortIntoTree } from '../files/tree.js';
import { setSyncEntry, syncEntryOf } from './edit-sync.js';
import { readYamlKey, setYamlKey } from './edit-yaml.js';

export type Edited = { readonly path: string } | { readonly why: string };

type Stored = (object: ConfigurationObject) => ConfigurationObject;

/** The files of a lab, edited field by field. */
export class Editor {
  readonly #before: FileMap;
  readonly #texts = new Map<string, string | null>();
  readonly #taken: readonly { readonly key: ObjectKey; readonly found: FieldValue | undefined }[];
  readonly #objects: ReadonlyMap<ObjectKey, ConfigurationObject>;
  readonly #stored: Stored;
  readonly #devices: ReadonlyMap<string, LabDevice>;

  /** @param objects what the lab specifies now */
  constructor(
    files: FileMap,
    taken: readonly { readonly key: ObjectKey; readonly found: FieldValue | undefined }[],
    objects: ReadonlyMap<ObjectKey, ConfigurationObject>,
    stored: Stored,
  ) {
    this.#before = files;
    this.#taken = taken;
    this.#objects = objects;
    this.#stored = stored;
    const memory = createMemory();
    const report = new Report();
    this.#devices = readDevices(sortIntoTree(readFiles(files, report, memory)), report, memory);
  }

  /** Sets a value in the file that specifies the field now. */
  set(key: ObjectKey, field: string, value: FieldValue): Edited {
    const object = this.#objects.get(key);
    switch (object?.kind) {
      case 'group':
        return this.#setKey(groupFile(object.name), 'group', { kind: 'Group' }, field, value);
      case 'template':
        return this.#setText(`device-types/${object.name}.jinja2`, object, field, value);
      case 'health-check':
        return this.#setHealthCheck(object, value);
      case 'device-type':
        return this.#setDeviceType(object.name, field, value);
      case 'worker':
        return this.#setWorker(object, field, value);
      case 'device':
        return this.#setDevice(object, field, value);
      case undefined:
        return { why: 'the lab does not have it' };
    }
  }

  /** The files that specify an object. Others may still need it, or create it. */
  filesOf(key: ObjectKey): readonly string[] {
    const name = key.slice(key.indexOf('/') + 1);
    const isOf = (kind: string) => key.startsWith(`${kind}/`);
    const wanted = (path: string): boolean => {
      if (isOf('group')) return path === groupFile(name);
      if (isOf('worker')) return path.startsWith(`workers/${name}/`);
      if (isOf('template')) return path === `device-types/${name}.jinja2`;
      if (isOf('device-type')) return path === `device-types/${name}.yaml`;
      if (isOf('device'))
        return ['jinja2', 'yaml'].some((end) => path === `device-dictionaries/${name}.${end}`);
      return this.#typesWith(name).some((type) => path === `device-types/${type}.health-check.yaml`);
    };
    return [...this.#before.keys()].filter((path) => wanted(path) && this.#text(path) !== null).sort();
  }

  /** Removes an object from the lab. */
  remove(key: ObjectKey): Edited {
    const [path, ...more] = this.filesOf(key);
    if (path === undefined) return { why: 'it is gone from the master, and it has no file of its own' };
    for (const one of [path, ...more]) this.#texts.set(one, null);
    return { path };
  }

  /** All files after the edits. */
  files(): FileMap {
    const encoder = new TextEncoder();
    const files = new Map<string, LabFile>(this.#before);
    for (const [path, text] of this.#texts) {
      if (text === null) files.delete(path);
      else files.set(path, { type: 'file', content: encoder.encode(text) });
    }
    return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The files that changed. */
  changes(): ReadonlyMap<string, string | null> {
    return new Map([...this.#texts].filter(([path, text]) => text !== this.#original(path)));
  }

  #original(path: string): string | null {
    const file = this.#before.get(path);
    return file?.type === 'file' ? new TextDecoder().decode(file.content) : null;
  }

  #text(path: string): string | null {
    const edited = this.#texts.get(path);
    return edited === undefined ? this.#original(path) : edited;
  }

  #setText(path: string, object: ConfigurationObject, field: string, value: FieldValue): Edited {
    const before = this.#text(path);
    if (before === null) return { why: `${path} is not in the repository` };
    if (value === null) {
      if (object.kind !== 'worker') return { why: 'it is gone from the master; the lab cannot express that' };
      this.#texts.set(path, null);
      return { path };
    }
    if (typeof value !== 'string') return { why: 'it is not text' };
    this.#texts.set(path, this.#asWritten(value, object, field));
    return { path };
  }

  /** Some masters remove the newline at the end. The file keeps it if that makes no difference to the master. */
  #asWritten(text: string, object: ConfigurationObject, field: string): string {
    if (text.endsWith('\n')) return text;
    const withField = (value: string) =>
      this.#stored({ ...object, fields: { [field]: value } } as ConfigurationObject).fields as Record<
        string,
        FieldValue
      >;
    return sameValue(withField(`${text}\n`)[field], text) ? `${text}\n` : text;
  }

  #setHealthCheck(object: ConfigurationObject & { kind: 'health-check' }, value: FieldValue): Edited {
    const { name } = object;
    const types = new Set(this.#typesWith(name));
    for (const other of this.#otherTemplates(types, name)) {
      const says = this.#objects.get(`health-check/${other}`);
      const taken = this.#taken.find(({ key }) => key === `health-check/${other}`);
      const theirs =
        taken === undefined ? (says?.kind === 'health-check' ? says.fields.job : undefined) : taken.found;
      if (theirs === undefined || sameValue(theirs, value)) continue;
      return {
        why: `the lab stores it in one file with health-check/${other}, which differs on the master`,
      };
    }
    let path = '';
    for (const type of types) {
      path = `device-types/${type}.health-check.yaml`;
      const edited = this.#setText(path, object, 'job', value);
      if ('why' in edited) return edited;
    }
    return { path };
  }

  /** The types whose health check LAVA stores under the name of a template. */
  #typesWith(template: string): string[] {
    const users = [...this.#devices.values()].filter((device) => device.template === template);
    const types = new Set(users.flatMap(({ deviceType }) => deviceType ?? []));
    return types.size === 0 ? [template] : [...types];
  }

  /** The names under which LAVA stores the health check of the same types. */
  #otherTemplates(types: ReadonlySet<string>, name: string): Set<string> {
    const templates = [...this.#devices.values()]
      .filter(({ deviceType }) => deviceType !== null && types.has(deviceType))
      .flatMap(({ template }) => template ?? []);
    return new Set(templates.filter((template) => template !== name));
  }

  #setDeviceType(name: string, field: string, value: FieldValue): Edited {
    const path = `device-types/${name}.yaml`;
    if (field === 'aliases') return this.#setAliases(name, path, value);
    if (field === 'healthCheckFrequency') {
      const { every, unit } = value as { readonly every: number; readonly unit: string };
      return this.#setKey(path, 'device-type', { kind: 'DeviceType' }, field, { [unit]: every });
    }
    return this.#setKey(path, 'device-type', { kind: 'DeviceType' }, field, value);
  }

  /** Dictionaries add aliases to those of the type's own file. */
  #setAliases(name: string, path: string, value: FieldValue): Edited {
    const wanted = Array.isArray(value) ? (value as readonly string[]) : [];
    const givers = [...this.#devices.values()].filter((device) => device.deviceType === name);
    const stray = givers.find(({ aliases }) => aliases.some((alias) => !wanted.includes(alias)));
    if (stray !== undefined) return { why: `${stray.file} specifies other aliases` };
    const given = new Set(givers.flatMap(({ aliases }) => aliases));
    const own = wanted.filter((alias) => !given.has(alias));
    if (this.#text(path) === null) this.#texts.set(path, 'kind: DeviceType\n');
    return this.#setKey(path, 'device-type', { kind: 'DeviceType' }, 'aliases', own);
  }

  #setWorker(object: ConfigurationObject & { kind: 'worker' }, field: string, value: FieldValue): Edited {
    const directory = `workers/${object.name}`;
    if (Object.hasOwn(workerFiles, field)) {
      const { base } = workerFiles[field as keyof typeof workerFiles];
      return this.#setText(`${directory}/${base}`, object, field, value);
    }
    return this.#setKey(`${directory}/worker.yaml`, 'worker', { kind: 'Worker', site: 'any' }, field, value);
  }

  #setDevice(object: ConfigurationObject & { kind: 'device' }, field: string, value: FieldValue): Edited {
    const { name } = object;
    const dictionary = `device-dictionaries/${name}.jinja2`;
    if (field === 'dictionary') return this.#setText(dictionary, object, field, value);
    const path = `device-dictionaries/${name}.yaml`;
    const device = this.#devices.get(name);
    const isSaid = device?.says != null && Object.hasOwn(device.says.fields, field);
    const text = this.#text(dictionary);
    if (!isSaid && text !== null && syncEntryOf(text, field) !== null) {
      const edited = setSyncEntry(text, field, value);
      if (edited !== null) {
        this.#texts.set(dictionary, edited);
        return { path: dictionary };
      }
    }
    // Only the file next to the dictionary can specify that something does not exist.
    const required = { kind: 'Device' };
    if (this.#text(path) === null) this.#texts.set(path, 'kind: Device\n');
    if (field === 'worker' && value === null && device?.site === null) {
      // Without a worker, the file has to specify the site of the device.
      const said = this.#setKey(path, 'device', required, 'site', this.#siteOf(device.worker));
      if ('why' in said) return said;
    }
    return this.#setKey(path, 'device', required, field, value);
  }

  #siteOf(worker: string | null): FieldValue {
    const text = this.#text(`workers/${worker ?? ''}/worker.yaml`);
    return text === null ? null : readYamlKey(text, 'site');
  }

  #setKey(
    path: string,
    schema: SchemaName,
    required: Readonly<Record<string, string>>,
    key: string,
    value: FieldValue,
  ): Edited {
    const text = this.#text(path);
    if (text === null) return { why: `${path} is not in the repository` };
    const isFitting = fitsSchema(schema, { ...required, [key]: value });
    // A missing value that cannot be expressed as missing is left out, and is then not compared.
    if (!isFitting && value !== null && value !== '')
      return { why: 'the lab format does not accept its value' };
    const edited = setYamlKey(text, key, isFitting ? value : undefined);
    if (edited === null) return { why: `${path} is written in a way that lavaflow cannot edit` };
    this.#texts.set(path, edited);
    return { path };
  }
}

function groupFile(name: string): string {
  return `lab-config/groups/${name}.yaml`;
}
