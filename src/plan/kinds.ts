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
 * How to take an object of a kind out of service without losing it. Groups, templates and health checks cannot be
 * retired: they either exist or do not. A device returns as Unknown, which makes LAVA run its health check first.
 */
export function retirementOf(kind: ObjectKind): Retirement | null {
  switch (kind) {
    case 'device':
      return { field: 'health', retired: 'Retired', back: 'Unknown' };
    case 'worker':
      return { field: 'health', retired: 'Retired', back: 'Active' };
    case 'device-type':
      return { field: 'display', retired: false, back: true };
    case 'group':
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

/** The only field of a kind whose objects are files; null for other kinds. */
export function fileFieldOf(kind: ObjectKind): 'text' | 'job' | null {
  if (kind === 'template') return 'text';
  return kind === 'health-check' ? 'job' : null;
}

/** Whether the object specifies nothing: a template without a text, a health check without a job. */
export function isNothing(object: ConfigurationObject): boolean {
  const field = fileFieldOf(object.kind);
  return field !== null && fieldsOf(object)[field] === null;
}

/** The objects that must be on the master before this one, with the field that names each. */
export function needsOf(object: ConfigurationObject): { field: string; key: ObjectKey }[] {
  if (object.kind !== 'device' && object.kind !== 'device-type') return [];
  const needs: { field: string; key: ObjectKey }[] = [];
  if (object.kind === 'device') {
    const { deviceType, worker, physicalGroup } = object.fields;
    if (deviceType !== undefined) needs.push({ field: 'deviceType', key: `device-type/${deviceType}` });
    if (worker !== undefined && worker !== null) needs.push({ field: 'worker', key: `worker/${worker}` });
    if (physicalGroup !== undefined && physicalGroup !== null)
      needs.push({ field: 'physicalGroup', key: `group/${physicalGroup}` });
  }
  for (const { group } of object.fields.permissions ?? [])
    needs.push({ field: 'permissions', key: `group/${group}` });
  return needs;
}

/** The objects that can name one of this kind, as `needsOf` finds it. */
export function namedBy(kind: ObjectKind): { kind: ObjectKind; fields: readonly string[] }[] {
  switch (kind) {
    case 'worker':
      return [{ kind: 'device', fields: ['worker'] }];
    case 'device-type':
      return [{ kind: 'device', fields: ['deviceType'] }];
    case 'group':
      return [
        { kind: 'device', fields: ['physicalGroup', 'permissions'] },
        { kind: 'device-type', fields: ['permissions'] },
      ];
    case 'template':
    case 'health-check':
    case 'device':
      return [];
  }
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
