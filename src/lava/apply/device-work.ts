import type { Change, FieldValue } from '../../model/index.js';
import type { Json } from '../rest.js';
import type { RpcCall } from '../rpc.js';
import { difference, strings } from './lists.js';
import { permissionCalls } from './permissions.js';
import {
  call,
  fieldBefore,
  fileParam,
  mustBeAbsent,
  textParam,
  type RestWrite,
  Unwritable,
  wantedFields,
  type Work,
  type WriteContext,
} from './work.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** A device with one of these values is not scheduled. */
const idleHealths = new Set<FieldValue>(['Maintenance', 'Bad', 'Retired']);

/**
 * The calls for a change of a device. A new device starts in Maintenance and gets its health after its dictionary is
 * written: a job that starts in between would find no configuration, and LAVA would mark the device Bad. In an
 * update, a health that stops scheduling is written first, and one that starts it last.
 * @throws Unwritable when this master cannot make the change
 */
export async function deviceWork(change: Change, context: WriteContext): Promise<Work> {
  const { name } = change.object;
  switch (change.verb) {
    case 'create':
      return createWork(name, change, context);
    case 'update':
    case 'adopt':
      return updateWork(name, change, context);
    case 'retire':
      return { rpc: [healthCall(name, 'Retired', context)] };
    case 'delete':
      // LAVA does not delete the dictionary's file, and a new device with the same name would use it.
      return {
        rpc: context.session.capabilities.emptyDeletes ? [call('devices.set_dictionary', name, '')] : [],
        after: [{ method: 'DELETE', path: devicePath(name), body: null }],
      };
    default:
      return {};
  }
}

async function createWork(name: string, change: Change, context: WriteContext): Promise<Work> {
  const fields = wantedFields(change);
  const { deviceType, worker, description } = fields;
  if (typeof deviceType !== 'string') throw new Unwritable('a device requires a device type');
  const start = 'Maintenance';
  const end = typeof fields['health'] === 'string' ? fields['health'] : 'Unknown';
  const common = {
    check: mustBeAbsent(change.key),
    after: await informationWrites(name, fields, context),
  };
  const details = detailCalls(name, fields, change, context);
  const health = end === start ? [] : [healthCall(name, end, context)];
  if (typeof worker === 'string') {
    const add = call(
      'devices.add',
      name,
      deviceType,
      worker,
      null,
      null,
      true,
      start.toUpperCase(),
      textParam(description),
    );
    return { ...common, rpc: [add, ...details, ...health] };
  }
  // XML-RPC cannot set 'no worker'.
  const body = { hostname: name, device_type: deviceType, worker_host: null, health: start };
  const describe = typeof description === 'string' ? [rowCall(name, { description }, context)] : [];
  return {
    ...common,
    before: [{ method: 'POST', path: 'devices/', body }],
    createsBefore: true,
    rpc: [...describe, ...details, ...health],
  };
}

async function updateWork(name: string, change: Change, context: WriteContext): Promise<Work> {
  const fields = wantedFields(change);
  const { health } = fields;
  const healthCalls = typeof health === 'string' ? [healthCall(name, health, context)] : [];
  const stopsFirst = health !== undefined && idleHealths.has(health);
  const byRpc = ['description', 'worker', 'deviceType'].some(
    (field) => field in fields && !isRestOnly(field, fields, context),
  );
  return {
    before: await takenFromSync(name, change, context),
    rpc: [
      ...(stopsFirst ? healthCalls : []),
      ...detailCalls(name, fields, change, context),
      ...(byRpc ? [rowCall(name, fields, context)] : []),
      ...(stopsFirst ? [] : healthCalls),
    ],
    after: await informationWrites(name, fields, context),
  };
}

/** Dictionary, tags and permissions: they determine which jobs run, and how. */
function detailCalls(name: string, fields: Fields, change: Change, context: WriteContext): RpcCall[] {
  const calls: RpcCall[] = [];
  const { dictionary } = fields;
  const isNew = change.verb === 'create';
  if (typeof dictionary === 'string' || (dictionary === null && !isNew)) {
    calls.push(call('devices.set_dictionary', name, fileParam(context, dictionary)));
  }
  const tags = difference(strings(fieldBefore(change, 'tags')), strings(fields['tags']));
  if ('tags' in fields) {
    calls.push(...tags.added.map((tag) => call('devices.tags.add', name, tag)));
    calls.push(...tags.removed.map((tag) => call('devices.tags.delete', name, tag)));
  }
  if ('permissions' in fields) {
    const before = fieldBefore(change, 'permissions');
    calls.push(...permissionCalls('device', name, before, fields['permissions']));
  }
  return calls;
}

/** Takes an adopted device away from `manage sync`: that command ignores devices that it did not create. */
async function takenFromSync(name: string, change: Change, context: WriteContext): Promise<RestWrite[]> {
  if (change.verb !== 'adopt' || !(await context.synced()).has(name)) return [];
  return [{ method: 'PATCH', path: devicePath(name), body: { is_synced: false } }];
}

/** Fields that only REST can write and no job depends on. (Also worker and type, where XML-RPC cannot set them.) */
async function informationWrites(name: string, fields: Fields, context: WriteContext): Promise<RestWrite[]> {
  const body: Record<string, Json> = {};
  if ('version' in fields) body['device_version'] = fields['version'];
  if ('worker' in fields && isRestOnly('worker', fields, context)) body['worker_host'] = null;
  if ('deviceType' in fields && isRestOnly('deviceType', fields, context)) {
    body['device_type'] = fields['deviceType'];
  }
  for (const [field, column, kind] of [
    ['physicalOwner', 'physical_owner', 'users'],
    ['physicalGroup', 'physical_group', 'groups'],
  ] as const) {
    if (field in fields) body[column] = await accountId(fields[field], kind, context);
  }
  if (Object.keys(body).length === 0) return [];
  return [{ method: 'PATCH', path: devicePath(name), body }];
}

/** Without `all`, a retired device is not found. */
function devicePath(name: string): string {
  return `devices/${encodeURIComponent(name)}/?all=true`;
}

function isRestOnly(field: string, fields: Fields, context: WriteContext): boolean {
  if (field === 'worker') return fields['worker'] === null;
  return field === 'deviceType' && !context.session.capabilities.deviceTypeByRpc;
}

async function accountId(
  name: FieldValue | undefined,
  kind: 'users' | 'groups',
  context: WriteContext,
): Promise<number | null> {
  if (typeof name !== 'string') return null;
  const id = (await context.accounts())[kind].idOf(name);
  if (id !== null) return id;
  throw new Unwritable(`the ${kind === 'users' ? 'user' : 'group'} '${name}' does not exist on this master`);
}

function rowCall(name: string, fields: Fields, context: WriteContext): RpcCall {
  const { worker, description, deviceType } = fields;
  const params = [
    typeof worker === 'string' ? worker : null,
    null,
    null,
    true,
    null,
    'description' in fields ? textParam(description) : null,
  ];
  const type =
    typeof deviceType === 'string' && !isRestOnly('deviceType', fields, context) ? [deviceType] : [];
  return call('devices.update', name, ...params, ...type);
}

function healthCall(name: string, health: string, { session, reason }: WriteContext): RpcCall {
  const why = session.capabilities.reasonByRpc ? [null, null, reason] : [];
  return call('devices.update', name, null, null, null, true, health.toUpperCase(), ...why);
}
