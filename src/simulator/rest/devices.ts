import { deviceHealths } from '../../model/index.js';
import type { Master } from '../master.js';
import { invalid, notFound, Refusal } from '../refusal.js';
import { readText as readFileText, writeText } from '../state/files.js';
import { deleteDevice, healthInCapitals, newDevice } from '../state/devices.js';
import { renderedText } from '../state/render.js';
import type { DeviceRow } from '../state/rows.js';
import { accountsPage } from './accounts-page.js';
import {
  checkSlashes,
  readFilledText,
  readFlag,
  readReference,
  readReferences,
  readText,
  readWord,
  required,
} from './fields.js';
import { listPage } from './list.js';
import {
  type Answer,
  empty,
  fieldsOf,
  file,
  json,
  requireSuperuser,
  requireUser,
  type RestRequest,
} from './request.js';
import { namesInAddresses, type Resource } from './resource.js';

export const devices: Resource = {
  kind: 'device',
  names: namesInAddresses(/^[-\w.]+$/),
  read: 'anyone',
  list(master, request) {
    if (wantsPage(request)) return accountsPage(master, request);
    return listPage(master, request, {
      items: visible(master, request),
      show: (row) => show(master, row),
      fields: {
        hostname: (row) => row.hostname,
        device_type: (row) => row.deviceType,
        device_version: (row) => row.version,
        physical_owner: (row) => row.owner,
        physical_group: (row) => row.group,
        description: (row) => row.description,
        state: (row) => row.state,
        health: (row) => row.health,
        worker_host: (row) => row.worker,
        is_synced: (row) => row.isSynced,
      },
      words: { health: deviceHealths, state: ['Idle', 'Reserved', 'Running'] },
    });
  },
  show: (master, request, name) => json(200, show(master, find(master, request, name))),
  create(master, request) {
    requireSuperuser(request.caller);
    const body = fieldsOf(request);
    const hostname = readFilledText(body, 'hostname', 200);
    checkSlashes(master.release, 'hostname', hostname);
    if (master.state.devices.has(hostname))
      throw invalid('hostname', 'device with this hostname already exists.');
    if (body['device_type'] === undefined) throw required('device_type');
    if (body['health'] === undefined && !master.release.savesChangedFields) throw required('health');
    const row = newDevice(hostname, '', 'Maintenance');
    fill(master, row, body);
    master.state.devices.set(hostname, row);
    return json(201, show(master, row));
  },
  update(master, request, name) {
    requireSuperuser(request.caller);
    const row = find(master, request, name);
    const body = fieldsOf(request);
    if (request.method === 'PUT' && !master.release.savesChangedFields) {
      for (const field of ['device_type', 'health']) if (body[field] === undefined) throw required(field);
    }
    const changed = { ...row };
    fill(master, changed, body);
    Object.assign(row, changed);
    // The response has no hostname, because it cannot be changed.
    return json(200, { ...show(master, row), hostname: undefined });
  },
  remove(master, request, name) {
    requireSuperuser(request.caller);
    deleteDevice(master, find(master, request, name).hostname);
    return empty(204);
  },
  actions: {
    dictionary: {
      get(master, request, name) {
        const row = find(master, request, name);
        const isRendered = (request.query.get('render') ?? '') !== '';
        const raw = readFileText(master, 'device', row.hostname);
        const text = isRendered ? renderedText(master, raw, row, request.query.get('context')) : raw;
        if (text === null) throw new Refusal(400, `There is no configuration for '${row.hostname}'`);
        return file(isRendered ? 'application/yaml' : 'text/plain', text);
      },
      post(master, request, name) {
        requireSuperuser(request.caller);
        const row = find(master, request, name);
        const body = fieldsOf(request);
        readFilledText(body, 'dictionary');
        // Checked after trimming, but stored untrimmed. LAVA does not check that it parses.
        writeText(master, 'device', row.hostname, String(body['dictionary']));
        return json(200, { message: 'stored' });
      },
    },
    set_health: {
      isThere: (release) => release.setsDeviceHealth,
      post(master, request, name) {
        requireSuperuser(request.caller);
        const row = find(master, request, name);
        const word = fieldsOf(request)['health'];
        const health = typeof word === 'string' ? healthInCapitals(word.toUpperCase()) : undefined;
        if (health === undefined) return json(400, { message: 'There is no such health' });
        row.health = health;
        return json(202, { message: 'OK' });
      },
    },
  },
};

/** Retired devices are hidden unless the request has `?all=` with any value. */
function visible(master: Master, request: RestRequest): DeviceRow[] {
  const rows = [...master.state.devices.values()];
  return seesAll(request) ? rows : rows.filter((row) => row.health !== 'Retired');
}

function find(master: Master, request: RestRequest, name: string): DeviceRow {
  const row = master.state.devices.get(name);
  if (row === undefined || (row.health === 'Retired' && !seesAll(request))) throw notFound();
  return row;
}

function seesAll(request: RestRequest): boolean {
  return (request.query.get('all') ?? '') !== '';
}

function show(master: Master, row: DeviceRow): Record<string, unknown> {
  return {
    hostname: row.hostname,
    device_type: row.deviceType,
    device_version: row.version,
    physical_owner: row.owner,
    physical_group: row.group,
    description: row.description,
    tags: row.tags,
    state: row.state,
    health: row.health,
    last_health_report_job: row.lastHealthCheck,
    worker_host: row.worker,
    ...(master.release.hasSync ? { is_synced: row.isSynced } : {}),
  };
}

/** Sets the fields in the body; unknown and read-only fields are ignored silently. */
function fill(master: Master, row: DeviceRow, body: Readonly<Record<string, unknown>>): void {
  const { state, release } = master;
  const has = (field: string): boolean => body[field] !== undefined;
  if (has('device_type')) {
    const type = readReference<string>(body, 'device_type', state.deviceTypes, 'string');
    if (type === null) throw invalid('device_type', 'This field may not be null.');
    row.deviceType = type;
  }
  if (has('device_version')) {
    row.version = readText(body, 'device_version', { isNullable: true, maxLength: 200 });
  }
  if (has('physical_owner')) row.owner = readReference<number>(body, 'physical_owner', state.users, 'number');
  if (has('physical_group'))
    row.group = readReference<number>(body, 'physical_group', state.groups, 'number');
  if (has('description'))
    row.description = readText(body, 'description', { isNullable: true, maxLength: 200 });
  if (has('tags')) row.tags = readReferences<number>(body, 'tags', state.tags, 'number');
  if (has('worker_host')) row.worker = readReference<string>(body, 'worker_host', state.workers, 'string');
  if (has('health')) row.health = readWord(body, 'health', deviceHealths);
  if (has('is_synced') && release.hasSync) row.isSynced = readFlag(body, 'is_synced');
}

/** The browsable API instead of JSON. */
function wantsPage({ query }: RestRequest): boolean {
  return query.get('format') === 'api';
}

/** `POST /devices/validate/`: the status is 200 whatever the verdict. Until 2021.04, this is the path of a device. */
export function validate(master: Master, request: RestRequest): Answer {
  if (request.method !== 'POST' || master.release.validatesDevices === 'no') {
    throw new Refusal(405, `Method "${request.method}" not allowed.`);
  }
  if (master.release.validatesDevices === 'for users') requireUser(request.caller);
  if (typeof request.body !== 'string') throw new Refusal(415, 'Unsupported media type in request.');
  const isValid = renderedText(master, request.body, null, null) !== null;
  return json(200, { message: `Device dictionary ${isValid ? 'valid.' : 'invalid: it does not render'}` });
}
