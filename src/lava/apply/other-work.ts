import type { Change, FieldValue, HealthCheckFrequency } from '../../model/index.js';
import type { Json } from '../rest.js';
import type { RpcCall, RpcOutcome } from '../rpc.js';
import { isStruct } from '../../xml-rpc/index.js';
import { aliasCalls, namesMustBeFree } from './aliases.js';
import { permissionCalls } from './permissions.js';
import {
  allOf,
  call,
  fieldBefore,
  fileParam,
  mustBeAbsent,
  type RestWrite,
  textParam,
  Unwritable,
  wantedFields,
  type Work,
  type WriteContext,
} from './work.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** A template or a health check: a named file. */
export function fileWork(change: Change, context: WriteContext): Work {
  const [field, method] =
    change.object.kind === 'template'
      ? (['text', 'device_types.set_template'] as const)
      : (['job', 'device_types.set_health_check'] as const);
  if (change.verb === 'retire') {
    throw new Unwritable(
      `a ${change.object.kind} cannot be retired, only deleted: LAVA uses it as long as it exists`,
    );
  }
  if (change.verb === 'delete') return { rpc: [call(method, change.object.name, fileParam(context, null))] };
  const fields = wantedFields(change);
  if (!(field in fields)) return {};
  return {
    ...(change.verb === 'create' ? { check: mustBeAbsent(change.key) } : {}),
    rpc: [call(method, change.object.name, fileParam(context, fields[field]))],
  };
}

/** REST columns that are not in XML-RPC. They refer to rows that only an administrator can add. */
const hardwareColumns = {
  architecture: 'architecture',
  processor: 'processor',
  cpuModel: 'cpu_model',
  bits: 'bits',
  cores: 'cores',
  coreCount: 'core_count',
} as const;

export function deviceTypeWork(change: Change, context: WriteContext): Work {
  const { name } = change.object;
  if (change.verb === 'retire')
    return { rpc: [call('device_types.update', name, null, false, null, null, null, null)] };
  if (change.verb === 'delete') {
    return {
      check: {
        calls: [call('device_types.show', name)],
        verdict: ([outcome]) => mustHaveNoDevices(outcome, name),
      },
      after: [{ method: 'DELETE', path: `devicetypes/${encodeURIComponent(name)}/`, body: null }],
    };
  }
  const fields = wantedFields(change);
  const lists = [
    ...aliasCalls(name, change, fields, context),
    ...('permissions' in fields
      ? permissionCalls('device-type', name, fieldBefore(change, 'permissions'), fields['permissions'])
      : []),
  ];
  const free = namesMustBeFree(name, change, fields, context);
  const after = hardwareWrites(name, fields);
  const { display, description, healthChecksDisabled } = fields;
  const frequency = fields['healthCheckFrequency'] as HealthCheckFrequency | null | undefined;
  if (change.verb === 'create') {
    const add = call(
      'device_types.add',
      name,
      textParam(description),
      display !== false,
      false,
      frequency?.every ?? 24,
      frequency?.unit ?? 'hours',
    );
    const disable = healthChecksDisabled === true ? [updateCall(name, { healthChecksDisabled })] : [];
    const check = allOf([mustBeAbsent(change.key), ...free]);
    return { check, rpc: [add, ...disable, ...lists], after };
  }
  const columns = ['description', 'display', 'healthCheckFrequency', 'healthChecksDisabled'];
  const update = columns.some((field) => field in fields) ? [updateCall(name, fields)] : [];
  return { ...(free.length === 0 ? {} : { check: allOf(free) }), rpc: [...update, ...lists], after };
}

function updateCall(name: string, fields: Fields): RpcCall {
  const frequency = fields['healthCheckFrequency'] as HealthCheckFrequency | null | undefined;
  return call(
    'device_types.update',
    name,
    'description' in fields ? textParam(fields['description']) : null,
    (fields['display'] as boolean | null | undefined) ?? null,
    null,
    frequency?.every ?? null,
    frequency?.unit ?? null,
    (fields['healthChecksDisabled'] as boolean | null | undefined) ?? null,
  );
}

function hardwareWrites(name: string, fields: Fields): RestWrite[] {
  const body: Record<string, Json> = {};
  for (const [field, column] of Object.entries(hardwareColumns)) {
    const value = fields[field];
    if (value !== undefined) body[column] = value;
  }
  if (Object.keys(body).length === 0) return [];
  return [{ method: 'PATCH', path: `devicetypes/${encodeURIComponent(name)}/`, body }];
}

/** LAVA deletes the devices of a type, and their jobs, together with the type. */
function mustHaveNoDevices(outcome: RpcOutcome | undefined, name: string): string | null {
  if (outcome?.ok !== true || !isStruct(outcome.value)) return 'the device type cannot be read';
  const { devices } = outcome.value;
  if (Array.isArray(devices) && devices.length === 0) return null;
  const count = Array.isArray(devices) ? devices.length : 'some';
  return `device type ${name} still has ${count} devices, which LAVA would delete with all their jobs`;
}

export function workerWork(change: Change, context: WriteContext): Work {
  const { name } = change.object;
  if (change.verb === 'retire') return workerHealth(name, 'Retired', context, 'before');
  if (change.verb === 'delete') {
    const { emptyDeletes, envDut } = context.session.capabilities;
    const setters = ['set_config', 'set_env', ...(envDut ? ['set_env_dut'] : [])];
    return {
      rpc: emptyDeletes ? setters.map((setter) => call(`workers.${setter}`, name, '')) : [],
      after: [{ method: 'DELETE', path: `workers/${encodeURIComponent(name)}/`, body: null }],
    };
  }
  const fields = wantedFields(change);
  const isNew = change.verb === 'create';
  const { health } = fields;
  // A new worker is Active. Setting that again would change its Good devices to Unknown.
  const setsHealth = typeof health === 'string' && !(isNew && health === 'Active');
  const stopsFirst = health !== 'Active';
  const moment = stopsFirst && !isNew ? 'before' : 'after';
  const { rpc: healthCalls = [], ...healthWrites } = setsHealth
    ? workerHealth(name, health, context, moment)
    : {};
  const row =
    ('description' in fields && !isNew) || typeof fields['jobLimit'] === 'number'
      ? [workerRowCall(name, fields)]
      : [];
  const files = workerFileCalls(name, fields, isNew, context);
  const rest = [...(stopsFirst ? healthCalls : []), ...files, ...row, ...(stopsFirst ? [] : healthCalls)];
  if (!isNew) return { rpc: rest, ...healthWrites };
  return {
    ...healthWrites,
    check: mustBeAbsent(change.key),
    rpc: [call('workers.add', name, textParam(fields['description'])), ...rest],
  };
}

/** @param moment of a REST request, relative to the calls of the change */
function workerHealth(
  name: string,
  health: string,
  { session, reason }: WriteContext,
  moment: 'before' | 'after',
): Work {
  if (!session.capabilities.setWorkerHealthByRest)
    return { rpc: [call('workers.update', name, null, health.toUpperCase())] };
  const path = `workers/${encodeURIComponent(name)}/set_health/`;
  return { [moment]: [{ method: 'POST', path, body: { health, reason } }] };
}

function workerRowCall(name: string, fields: Fields): RpcCall {
  const description = 'description' in fields ? textParam(fields['description']) : null;
  const limit = fields['jobLimit'];
  return call('workers.update', name, description, null, typeof limit === 'number' ? limit : null);
}

function workerFileCalls(name: string, fields: Fields, isNew: boolean, context: WriteContext): RpcCall[] {
  const { envDut, certificates } = context.session.capabilities;
  const setters = [
    ['dispatcherConfig', 'set_config', true],
    ['env', 'set_env', true],
    ['envDut', 'set_env_dut', envDut],
    ['certificate', 'set_certificate', certificates],
  ] as const;
  return setters.flatMap(([field, setter, isSupported]) => {
    if (!(field in fields) || (isNew && fields[field] === null)) return [];
    if (!isSupported)
      throw new Unwritable(`LAVA ${context.session.capabilities.release} has no API call for ${field}`);
    return [call(`workers.${setter}`, name, fileParam(context, fields[field]))];
  });
}
