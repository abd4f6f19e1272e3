import {
  fieldsOf,
  sameValue,
  type ConfigurationObject,
  type FieldValue,
  type ObjectKey,
  type ObjectKind,
} from '../model/index.js';

interface Retirement {
  readonly field: string;
  readonly retired: FieldValue;
  /** The value for an object that returns to the lab without a value of its own. */
  readonly back: FieldValue;
}

/**
 * How to take an object of a kind out of service without losing it. Templates and health checks cannot be retired: they
 * either exist or do not. A device returns as Unknown, which makes LAVA run its health check first.
 */
export function retirementOf(kind: ObjectKind): Retirement | null {
  switch (kind) {
    case 'device':
      return { field: 'health', retired: 'Retired', back: 'Unknown' };
    case 'worker':
      return { field: 'health', retired: 'Retired', back: 'Active' };
    case 'device-type':
      return { field: 'display', retired: false, back: true };
    case 'template':
    case 'health-check':
      return null;
  }
}

/** `null`: the master does not show it. */
export function isRetired(object: ConfigurationObject): boolean | null {
  const retirement = retirementOf(object.kind);
  if (retirement === null) return false;
  const value = fieldsOf(object)[retirement.field];
  return value === undefined ? null : sameValue(value, retirement.retired);
}

/** Whether the object specifies nothing: a template without a text, a health check without a job. */
export function isNothing(object: ConfigurationObject): boolean {
  if (object.kind === 'template') return object.fields.text === null;
  if (object.kind === 'health-check') return object.fields.job === null;
  return false;
}

/** The objects that must be on the master before this one, with the field that names each. */
export function needsOf(object: ConfigurationObject): { field: string; key: ObjectKey }[] {
  if (object.kind !== 'device') return [];
  const needs: { field: string; key: ObjectKey }[] = [];
  const { deviceType, worker } = object.fields;
  if (deviceType !== undefined) needs.push({ field: 'deviceType', key: `device-type/${deviceType}` });
  if (worker !== undefined && worker !== null) needs.push({ field: 'worker', key: `worker/${worker}` });
  return needs;
}

/** The same object with other fields. */
export function withFields(
  object: ConfigurationObject,
  fields: Readonly<Record<string, FieldValue | undefined>>,
): ConfigurationObject {
  return { kind: object.kind, name: object.name, fields } as ConfigurationObject;
}

export function splitKey(key: ObjectKey): { kind: ObjectKind; name: string } {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash) as ObjectKind, name: key.slice(slash + 1) };
}
