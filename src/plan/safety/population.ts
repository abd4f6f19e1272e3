import {
  fieldsOf,
  sameValue,
  type Change,
  type ConfigurationObject,
  type FieldChange,
  type ObjectKey,
  type ObservedMaster,
} from '../../model/index.js';
import { takesAway } from '../changes.js';
import { push } from '../groups.js';

/** Devices with health Good or Unknown, by device type. */
export function healthyDevices(observed: ObservedMaster): ReadonlyMap<string, readonly string[]> {
  return byType(
    [...observed.objects.values()].flatMap((object) => {
      const type = healthyTypeOf(object);
      return type === null ? [] : [[type, object.name] as const];
    }),
  );
}

/**
 * Healthy devices that would no longer serve their type: they leave themselves, with their worker (LAVA retires a
 * worker's devices with it) or with their type (LAVA schedules no jobs on a hidden type); or they change their type,
 * lose their worker, or are set to Bad.
 */
export function lostDevices(
  observed: ObservedMaster,
  changes: readonly Change[],
): ReadonlyMap<string, readonly string[]> {
  const gone = new Set<ObjectKey>(changes.filter(takesAway).map(({ key }) => key));
  const changed = new Map(changes.filter(({ verb }) => isSet(verb)).map((change) => [change.key, change]));
  return byType(
    [...observed.objects.values()].flatMap((object) => {
      const type = healthyTypeOf(object);
      if (type === null) return [];
      const key: ObjectKey = `device/${object.name}`;
      const change = changed.get(key);
      const { worker } = fieldsOf(change?.object ?? object);
      const isLost =
        gone.has(key) ||
        gone.has(`device-type/${type}`) ||
        (typeof worker === 'string' && gone.has(`worker/${worker}`)) ||
        change?.fields.some(leavesType) === true;
      return isLost ? [[type, object.name] as const] : [];
    }),
  );
}

function leavesType({ field, before, after }: FieldChange): boolean {
  if (field === 'deviceType') return !sameValue(before, after);
  if (field === 'worker') return typeof before === 'string' && after === null;
  return field === 'health' && after === 'Bad';
}

function isSet(verb: Change['verb']): boolean {
  return verb === 'update' || verb === 'adopt';
}

function healthyTypeOf(object: ConfigurationObject): string | null {
  if (object.kind !== 'device') return null;
  const { health, deviceType } = object.fields;
  // A device that is only partly created has no type yet.
  if (deviceType === undefined || deviceType === '') return null;
  return health === 'Good' || health === 'Unknown' ? deviceType : null;
}

function byType(
  pairs: readonly (readonly [type: string, name: string])[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [type, name] of pairs) push(names, type, name);
  return new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, list]) => [type, list.sort()]));
}
