import {
  fieldsOf,
  type Change,
  type ConfigurationObject,
  type FieldValue,
  type ObjectKey,
  type ObservedMaster,
} from '../../model/index.js';
import { digestOf } from '../../plan/index.js';
import type { UnprovenObject } from '../ports.js';

/** The values that the first writes replace; kept until the writes are proven. */
export function unprovenOf(first: readonly Change[]): Map<ObjectKey, UnprovenObject> {
  return new Map(
    first.map(({ key, verb, object, fields }) => {
      const isFile = object.kind === 'template' || object.kind === 'health-check';
      const values = fields.flatMap(({ field, before, after }) => {
        if (after === undefined || (before === undefined && verb !== 'create')) return [];
        return [[field, { before: before ?? null, after: digestOf(after) }] as const];
      });
      return [key, { isNew: verb === 'create' && isFile, fields: Object.fromEntries(values) }] as const;
    }),
  );
}

/**
 * The changes that revert what was not proven: each value that is still as it was written. Values that somebody else has
 * changed since stay. New device types and workers stay too.
 */
export function undoChanges(
  objects: ReadonlyMap<ObjectKey, UnprovenObject>,
  observed: ObservedMaster,
): Change[] {
  return [...objects].reverse().flatMap(([key, { isNew, fields }]): Change[] => {
    const object = observed.objects.get(key);
    if (object === undefined) return [];
    const now = fieldsOf(object);
    const ours = Object.entries(fields).filter(([field, { after }]) => {
      const value = now[field];
      return value !== undefined && digestOf(value) === after;
    });
    if (ours.length === 0) return [];
    if (isNew) return [{ key, verb: 'delete', cause: 'this change', object, fields: [] }];
    const back = ours.map(([field, { before }]) => ({
      field,
      before: now[field],
      after: before,
      cause: 'this change' as const,
    }));
    const before: Readonly<Record<string, FieldValue | undefined>> = {
      ...now,
      ...Object.fromEntries(back.map(({ field, after }) => [field, after])),
    };
    const next = { kind: object.kind, name: object.name, fields: before } as ConfigurationObject;
    return [{ key, verb: 'update', cause: 'this change', object: next, fields: back }];
  });
}
