import type { Master } from '../master.js';
import { invalid, notFound, Refusal } from '../refusal.js';
import { deleteDeviceType } from '../state/devices.js';
import { newDeviceType } from '../state/device-types.js';
import { type FileKind, readText as readFileText, writeText } from '../state/files.js';
import type { DeviceTypeRow } from '../state/rows.js';
import {
  checkSlashes,
  readCount,
  readFilledText,
  readFlag,
  readReference,
  readReferences,
  readText,
  required,
} from './fields.js';
import { listPage } from './list.js';
import { empty, fieldsOf, file, json, requireSuperuser } from './request.js';
import { type Action, namesInAddresses, type Resource } from './resource.js';

export const deviceTypes: Resource = {
  kind: 'device-type',
  names: namesInAddresses(/^[^/.]+$/),
  read: 'anyone',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.deviceTypes.values()],
      show: (row) => show(master, row),
      fields: {
        name: (row) => row.name,
        architecture: (row) => row.architecture,
        processor: (row) => row.processor,
        cpu_model: (row) => row.cpuModel,
        bits: (row) => row.bits,
        core_count: (row) => row.coreCount,
        description: (row) => row.description,
        health_frequency: (row) => row.healthFrequency,
        disable_health_check: (row) => row.disableHealthCheck,
        health_denominator: (row) => row.healthDenominator,
        display: (row) => row.display,
      },
      words: { health_denominator: ['hours', 'jobs'] },
    }),
  show: (master, _, name) => json(200, show(master, find(master, name))),
  create(master, request) {
    requireSuperuser(request.caller);
    const body = fieldsOf(request);
    const name = readFilledText(body, 'name', 50);
    if (master.release.forbidsSlashes) checkSlashes(master.release, 'name', name);
    else if (!/^[-\w]+$/.test(name)) throw invalid('name', 'Letters, digits, _ and - are allowed.');
    if (master.state.deviceTypes.has(name))
      throw invalid('name', 'device type with this name already exists.');
    if (body['aliases'] === undefined) throw required('aliases');
    const row = newDeviceType(name);
    const aliases = fill(master, row, body);
    master.state.deviceTypes.set(name, row);
    setAliases(master, name, aliases);
    return json(201, show(master, row));
  },
  update(master, request, name) {
    requireSuperuser(request.caller);
    const row = find(master, name);
    const body = fieldsOf(request);
    if (request.method === 'PUT') {
      for (const field of ['name', 'aliases']) if (body[field] === undefined) throw required(field);
    }
    const changed = { ...row };
    const aliases = fill(master, changed, body);
    Object.assign(row, changed);
    setAliases(master, name, aliases);
    return json(200, show(master, row));
  },
  remove(master, request, name) {
    requireSuperuser(request.caller);
    deleteDeviceType(master, find(master, name).name);
    return empty(204);
  },
  actions: {
    template: fileAction('device-type', 'template'),
    health_check: fileAction('health-check', 'config'),
  },
};

/** Neither text is checked; both are stored unchanged. */
function fileAction(kind: FileKind, field: string): Action {
  return {
    get(master, _, name) {
      const text = readFileText(master, kind, find(master, name).name);
      if (text === null) throw new Refusal(400, `There is no ${kind} file for '${name}'.`);
      return file('application/yaml', text);
    },
    post(master, request, name) {
      requireSuperuser(request.caller);
      const row = find(master, name);
      const text = fieldsOf(request)[field];
      if (typeof text !== 'string' || text === '') throw invalid(field, 'This is required.');
      writeText(master, kind, row.name, text);
      return empty(204);
    },
  };
}

function find(master: Master, name: string): DeviceTypeRow {
  const row = master.state.deviceTypes.get(name);
  if (row === undefined) throw notFound();
  return row;
}

function show(master: Master, row: DeviceTypeRow): Record<string, unknown> {
  return {
    name: row.name,
    architecture: row.architecture,
    processor: row.processor,
    cpu_model: row.cpuModel,
    aliases: [...master.state.aliases].filter(([, type]) => type === row.name).map(([alias]) => alias),
    bits: row.bits,
    cores: row.cores,
    core_count: row.coreCount,
    description: row.description,
    health_frequency: row.healthFrequency,
    disable_health_check: row.disableHealthCheck,
    health_denominator: row.healthDenominator,
    display: row.display,
  };
}

/** Returns the aliases that the body names. `health_denominator` is read-only and ignored silently. */
function fill(
  master: Master,
  row: DeviceTypeRow,
  body: Readonly<Record<string, unknown>>,
): readonly string[] | null {
  const { hardware, aliases } = master.state;
  const has = (field: string): boolean => body[field] !== undefined;
  if (has('architecture')) {
    row.architecture = readReference<string>(body, 'architecture', hardware.architectures, 'string');
  }
  if (has('processor'))
    row.processor = readReference<string>(body, 'processor', hardware.processors, 'string');
  if (has('cpu_model')) row.cpuModel = readText(body, 'cpu_model', { isNullable: true, maxLength: 100 });
  if (has('bits')) row.bits = readReference<number>(body, 'bits', hardware.bits, 'number');
  if (has('cores')) row.cores = readReferences<string>(body, 'cores', hardware.cores, 'string');
  if (has('core_count')) row.coreCount = readCount(body, 'core_count', true);
  if (has('description'))
    row.description = readText(body, 'description', { isNullable: true, maxLength: 200 });
  if (has('health_frequency')) row.healthFrequency = readCount(body, 'health_frequency', false) ?? 0;
  if (has('disable_health_check')) row.disableHealthCheck = readFlag(body, 'disable_health_check');
  if (has('display')) row.display = readFlag(body, 'display');
  return has('aliases') ? readReferences<string>(body, 'aliases', aliases, 'string') : null;
}

/** An alias of another type is moved; one that is dropped belongs to no type. */
function setAliases(master: Master, type: string, wanted: readonly string[] | null): void {
  if (wanted === null) return;
  for (const [alias, owner] of [...master.state.aliases]) {
    if (wanted.includes(alias)) master.state.aliases.set(alias, type);
    else if (owner === type) master.state.aliases.set(alias, null);
  }
}
