import type { WeeklyWindow } from '../calendar/index.js';

/**
 * The contents of a master as values: the vocabulary that the lab repo, a stock LAVA and the embedded master share.
 *
 * An object is identified by its kind and name. Its fields are plain JSON values, named in LAVA's terms:
 * - absent from `fields` (desired): the lab does not declare it; the policy `undeclared` decides what that means;
 * - absent from `fields` (observed): the master's API does not show it, or the read failed (then it is listed as unreadable);
 * - `null`: known to be empty or absent.
 */

export const deviceHealths = ['Good', 'Unknown', 'Looping', 'Bad', 'Maintenance', 'Retired'] as const;
export type DeviceHealth = (typeof deviceHealths)[number];

export const workerHealths = ['Active', 'Maintenance', 'Retired'] as const;
export type WorkerHealth = (typeof workerHealths)[number];

/** A health check runs when this many hours have passed, or this many other jobs have run, since the last one. */
export interface HealthCheckFrequency {
  readonly every: number;
  readonly unit: 'hours' | 'jobs';
}

/** What the members of a group may do. An object without permissions is open to everybody. */
export interface GroupPermission {
  readonly group: string;
  /** view_device, submit_to_device, change_device; for a device type view_devicetype and so on */
  readonly permission: string;
}

/** A group of users on a master. lavaflow never creates users. */
export interface GroupFields {
  /** Names of users. Sorted, without repeats. */
  readonly members?: readonly string[];
  /** What members may do on the whole master: `lava_scheduler_app.device.add_device`. Sorted, without repeats. */
  readonly permissions?: readonly string[];
}

/** A device type on a master. Its template and health check are separate objects. */
export interface DeviceTypeFields {
  readonly description?: string | null;
  readonly display?: boolean;
  readonly aliases?: readonly string[];
  readonly healthCheckFrequency?: HealthCheckFrequency;
  readonly healthChecksDisabled?: boolean;
  readonly architecture?: string | null;
  readonly processor?: string | null;
  readonly cpuModel?: string | null;
  readonly bits?: number | null;
  readonly cores?: readonly string[];
  readonly coreCount?: number | null;
  readonly permissions?: readonly GroupPermission[];
}

/** A template, `<name>.jinja2`: that of a device type, or a base that others extend. */
export interface TemplateFields {
  readonly text: string | null;
}

/**
 * A health-check job. LAVA finds it by the name of the template that a dictionary `extends` (lava_scheduler_app,
 * Device.get_health_check), so its name is a template's name, which usually is the name of the device type too.
 */
export interface HealthCheckFields {
  readonly job: string | null;
}

/** A period in which people may be working on the hardware: an embedded master runs no jobs in it. */
export interface DrainWindow extends WeeklyWindow {
  /** `site berlin`, `worker rack-1` or `device board-1`: where it is declared. */
  readonly of: string;
  readonly reason: string | null;
}

export interface WorkerFields {
  readonly description?: string | null;
  readonly health?: WorkerHealth;
  /** 0: no limit. */
  readonly jobLimit?: number;
  /** Text of env.yaml, env-dut.yaml, dispatcher.yaml. */
  readonly env?: string | null;
  readonly envDut?: string | null;
  readonly dispatcherConfig?: string | null;
  /** Text of the public CURVE certificate, `<hostname>.key`. */
  readonly certificate?: string | null;
  /** For its devices too. Only an embedded master has them. */
  readonly maintenanceWindows?: readonly DrainWindow[];
}

export interface DeviceFields {
  readonly deviceType?: string;
  readonly worker?: string | null;
  readonly description?: string | null;
  readonly health?: DeviceHealth;
  readonly version?: string | null;
  /** A user's name, a group's name. */
  readonly physicalOwner?: string | null;
  readonly physicalGroup?: string | null;
  /** Sorted, without repeats. */
  readonly tags?: readonly string[];
  readonly permissions?: readonly GroupPermission[];
  /** Text of the device dictionary, `<hostname>.jinja2`. */
  readonly dictionary?: string | null;
  /** Besides those of its worker. Only an embedded master has them. */
  readonly maintenanceWindows?: readonly DrainWindow[];
}

interface Fields {
  group: GroupFields;
  'device-type': DeviceTypeFields;
  template: TemplateFields;
  'health-check': HealthCheckFields;
  worker: WorkerFields;
  device: DeviceFields;
}

/** In the order in which they must be created: a device needs its groups, its type and its worker. */
export const objectKinds = ['group', 'template', 'device-type', 'health-check', 'worker', 'device'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** `ConfigurationObject` is a union over the kinds; `ObjectOf<'device'>` is one of them. */
export type ObjectOf<K extends ObjectKind> = {
  readonly kind: K;
  readonly name: string;
  readonly fields: Fields[K];
};
export type ConfigurationObject = { [K in ObjectKind]: ObjectOf<K> }[ObjectKind];

/** Any value that a field can have; compared by value, never by identity. */
export type FieldValue =
  string | number | boolean | null | readonly FieldValue[] | { readonly [key: string]: FieldValue };

/** `device/board-1`: identifies an object on one master. */
export type ObjectKey = `${ObjectKind}/${string}`;

/** The name of an object everywhere: in plans, records and on the command line. */
export function keyOf(object: { readonly kind: ObjectKind; readonly name: string }): ObjectKey {
  return `${object.kind}/${object.name}`;
}

/** The objects of one master, by key. */
export type MasterConfiguration = ReadonlyMap<ObjectKey, ConfigurationObject>;

/** The fields of an object as generic values, for code that treats all kinds the same way. */
export function fieldsOf(object: ConfigurationObject): Readonly<Record<string, FieldValue | undefined>> {
  return object.fields as Readonly<Record<string, FieldValue | undefined>>;
}

/** Compares two field values by content; key order in mappings does not matter, list order does. */
export function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string') return false;
  return canonicalJson(a) === canonicalJson(b);
}

/** JSON with sorted keys: equal for equal values. `undefined` becomes 'undefined', which no value produces. */
export function canonicalJson(value: FieldValue | undefined): string {
  if (value === undefined) return 'undefined';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: FieldValue) => canonicalJson(item)).join(',')}]`;
  const mapping = value as { readonly [key: string]: FieldValue };
  const parts = Object.keys(mapping)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(mapping[key])}`);
  return `{${parts.join(',')}}`;
}
