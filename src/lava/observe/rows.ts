import { ExternalError } from '../../diagnostics/index.js';
import {
  type DeviceHealth,
  deviceHealths,
  type DeviceTypeFields,
  type DrainWindow,
  type WorkerFields,
  type WorkerHealth,
  workerHealths,
} from '../../model/index.js';
import type { Json, JsonObject, Rest } from '../rest.js';

/** For more names than this, the whole list is read: one request either way. */
const maxFilteredNames = 60;

/** A device as REST lists it: tags, owner and group are still IDs. */
export interface DeviceRow {
  readonly name: string;
  readonly deviceType: string;
  readonly worker: string | null;
  readonly description: string | null;
  readonly health: DeviceHealth | undefined;
  readonly version: string | null;
  readonly tags: readonly (number | string)[];
  readonly owner: number | string | null;
  readonly group: number | string | null;
  readonly state: string | null;
  /** ID of the health check that ended last. */
  readonly lastHealthCheck: string | null;
  /** LAVA's `manage sync` created it and keeps writing it (2020.06 and later). */
  readonly isSynced: boolean;
  /** Only an embedded master has them. */
  readonly maintenanceWindows: readonly DrainWindow[] | undefined;
}

export interface WorkerRow {
  readonly name: string;
  readonly fields: WorkerFields;
  readonly state: string | null;
  readonly version: string | null;
  readonly lastPing: string | null;
  /** Only an embedded master reports it. */
  readonly conflict: string | null;
}

/**
 * Device types, including hidden ones.
 * @param names only these; null: all
 */
export async function listDeviceTypes(
  rest: Rest,
  names: readonly string[] | null,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, DeviceTypeFields>> {
  const path = `devicetypes/?ordering=name${filter('name', names)}`;
  const rows = await rest.list('list the device types', path, 'name', signal);
  return new Map(rows.map((row) => [text(row, 'name'), deviceTypeFields(row)]));
}

export async function listWorkers(
  rest: Rest,
  names: readonly string[] | null,
  signal?: AbortSignal,
): Promise<readonly WorkerRow[]> {
  const path = `workers/?ordering=hostname${filter('hostname', names)}`;
  const rows = await rest.list('list the workers', path, 'hostname', signal);
  return rows.map((row) => ({
    name: text(row, 'hostname'),
    fields: workerFields(row),
    state: optional(row['state']),
    version: optional(row['version']),
    lastPing: optional(row['last_ping']),
    conflict: optional(row['lavaflow_conflict']),
  }));
}

/** Devices, including retired ones: without `all`, LAVA hides them as if they did not exist. */
export async function listDevices(
  rest: Rest,
  names: readonly string[] | null,
  signal?: AbortSignal,
): Promise<readonly DeviceRow[]> {
  const path = `devices/?all=true&ordering=hostname${filter('hostname', names)}`;
  const rows = await rest.list('list the devices', path, 'hostname', signal);
  return rows.map((row) => ({
    name: text(row, 'hostname'),
    deviceType: text(row, 'device_type'),
    worker: optional(row['worker_host']),
    description: optional(row['description']),
    health: oneOf(deviceHealths, row['health']),
    version: optional(row['device_version']),
    tags: list(row['tags']),
    owner: reference(row['physical_owner']),
    group: reference(row['physical_group']),
    state: optional(row['state']),
    lastHealthCheck: jobNumber(row['last_health_report_job']),
    isSynced: row['is_synced'] === true,
    maintenanceWindows: windows(row),
  }));
}

/** Names of the devices that LAVA's `manage sync` maintains. Empty on a release without that command. */
export async function listSyncedDevices(rest: Rest, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const path = 'devices/?all=true&is_synced=true&ordering=hostname';
  const rows = await rest.list('list the devices of `manage sync`', path, 'hostname', signal);
  return new Set(rows.filter((row) => row['is_synced'] === true).map((row) => text(row, 'hostname')));
}

function deviceTypeFields(row: JsonObject): DeviceTypeFields {
  const { health_frequency: every, health_denominator: unit, display, disable_health_check: disabled } = row;
  return {
    description: optional(row['description']),
    ...(typeof display === 'boolean' ? { display } : {}),
    aliases: list(row['aliases']).map(String),
    ...(typeof every === 'number' && (unit === 'hours' || unit === 'jobs')
      ? { healthCheckFrequency: { every, unit } }
      : {}),
    ...(typeof disabled === 'boolean' ? { healthChecksDisabled: disabled } : {}),
    architecture: optional(row['architecture']),
    processor: optional(row['processor']),
    cpuModel: optional(row['cpu_model']),
    bits: number(row['bits']),
    cores: list(row['cores']).map(String),
    coreCount: number(row['core_count']),
  };
}

function workerFields(row: JsonObject): WorkerFields {
  const health = oneOf<WorkerHealth>(workerHealths, row['health']);
  const limit = row['job_limit'];
  const maintenanceWindows = windows(row);
  return {
    description: optional(row['description']),
    ...(health === undefined ? {} : { health }),
    ...(typeof limit === 'number' ? { jobLimit: limit } : {}),
    ...(maintenanceWindows === undefined ? {} : { maintenanceWindows }),
  };
}

/** As they were written: an embedded master accepts no others. */
function windows(row: JsonObject): readonly DrainWindow[] | undefined {
  const value = row['lavaflow_maintenance_windows'];
  return Array.isArray(value) ? (value as readonly unknown[] as readonly DrainWindow[]) : undefined;
}

function filter(field: string, names: readonly string[] | null): string {
  if (names === null || names.length > maxFilteredNames) return '';
  return `&${field}__in=${names.map((name) => encodeURIComponent(name)).join(',')}`;
}

function text(row: JsonObject, field: string): string {
  const value = row[field];
  if (typeof value === 'string') return value;
  const why = `an entry lacks '${field}'`;
  throw new ExternalError({ what: 'read a list from the master', where: 'REST API', why, retry: 'never' });
}

function optional(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function jobNumber(value: Json | undefined): string | null {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null;
}

function reference(value: Json | undefined): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

function list(value: Json | undefined): (number | string)[] {
  return Array.isArray(value)
    ? value.filter((item): item is number | string => typeof item === 'number' || typeof item === 'string')
    : [];
}

function oneOf<T extends string>(values: readonly T[], value: Json | undefined): T | undefined {
  return values.find((candidate) => candidate === value);
}
