/**
 * Takes devices out of service while they are changed, if the lab asks for it (`policy.changes`).
 *
 * LAVA reads dictionary, templates and worker files when it starts a job on a device, and they are written one by one: a
 * job that starts between two writes sees a mixture. An embedded master applies everything in one transaction, so only
 * the request for idle devices matters there.
 *
 *   in service -> parked -> quiet -> written -> in service
 *
 * - parked: health Maintenance; no new job starts. The intent names the device and its previous health, so that after a
 *   kill the next run finishes the writes and restores the health.
 * - quiet: no job is about to start (`Reserved`); with `idle`, none is running either. A running job has read its files.
 * - in service: the previous health; if a write failed, Unknown, which makes LAVA run the health check. A health that
 *   somebody else set meanwhile stays, and so does one that the lab itself writes.
 */
import { ExternalError } from '../../diagnostics/index.js';
import type {
  Change,
  ChangeOutcome,
  DeviceHealth,
  ObjectKey,
  ObjectOf,
  ObservedMaster,
  WriteTime,
} from '../../model/index.js';
import type { Board } from '../ports.js';
import { relatedChanges } from './related.js';
import { pollBoards, setHealths, type Patience, type Way } from './stage.js';

/** Devices with one of these get jobs. */
const inService: readonly (DeviceHealth | undefined)[] = ['Good', 'Unknown', 'Looping'];

/** Devices in maintenance, and the health to restore. */
export type Parked = ReadonlyMap<ObjectKey, DeviceHealth>;

/** Devices to park for these writes, with their current health. */
export function devicesToPark(
  writes: readonly Change[],
  observed: ObservedMaster,
  when: WriteTime,
): Map<ObjectKey, DeviceHealth> {
  const isAtomic = observed.software === 'lavaflow';
  if (when === 'any' || (when === 'maintenance' && isAtomic)) return new Map();
  const fewest = when === 'idle' ? 1 : 2;
  const relatedTo = relatedChanges(writes, observed);
  return healthsOf(observed, (device) => relatedTo(device).pieces >= fewest);
}

/** Devices in service that meet a condition, with their health. */
export function healthsOf(
  observed: ObservedMaster,
  isMeant: (device: ObjectOf<'device'>) => boolean,
): Map<ObjectKey, DeviceHealth> {
  const healths = new Map<ObjectKey, DeviceHealth>();
  for (const [key, object] of observed.objects) {
    if (object.kind !== 'device' || object.fields.health === undefined) continue;
    if (inService.includes(object.fields.health) && isMeant(object)) healths.set(key, object.fields.health);
  }
  return healths;
}

/** Devices that a previous apply parked and that are still in maintenance. */
export function stillParked(parked: Parked | undefined, observed: ObservedMaster): Parked {
  return new Map(
    [...(parked ?? [])].filter(([key]) => {
      const object = observed.objects.get(key);
      return object?.kind === 'device' && object.fields.health === 'Maintenance';
    }),
  );
}

/** The master as if the devices that are still parked already had their health back. */
export function asInService(observed: ObservedMaster, parked: Parked | undefined): ObservedMaster {
  const objects = new Map(observed.objects);
  for (const [key, health] of stillParked(parked, observed)) {
    const object = objects.get(key);
    if (object?.kind === 'device') objects.set(key, { ...object, fields: { ...object.fields, health } });
  }
  return { ...observed, objects };
}

/**
 * Takes devices out of service and waits until they are quiet.
 * @param idle devices that must not have a running job either
 * @throws ExternalError naming a busy device when the devices are not quiet in time
 */
export async function park(
  way: Way,
  parked: Parked,
  idle: (key: ObjectKey) => boolean,
  patience: Patience,
): Promise<void> {
  if (parked.size === 0) return;
  const keys = [...parked.keys()];
  await setHealths(way, 'park', new Map(keys.map((key) => [key, 'Maintenance'])));
  let busy: string | undefined;
  const isQuiet = await pollBoards(way, patience, (boards) => {
    busy = keys.map(nameIn).find((name, index) => {
      const state = boards.get(name)?.state;
      return state === 'Reserved' || (state === 'Running' && idle(keys[index] ?? 'device/'));
    });
    return busy === undefined ? true : null;
  });
  if (isQuiet !== null) return;
  throw new ExternalError({
    what: 'wait until devices are idle',
    where: way.master,
    why: `${busy ?? 'a device'} still has a job after ${Math.round(patience.timeoutMs / 1000)} s`,
    retry: 'soon',
    hint: 'Wait for the next run, which tries again; nothing was changed.',
  });
}

/**
 * The health that each parked device gets back, except devices whose health somebody set meanwhile or the lab sets.
 * @param outcomes of the writes; null: no write was tried
 */
export function healthsAfter(
  parked: Parked,
  boards: ReadonlyMap<string, Board>,
  writes: readonly Change[],
  outcomes: readonly ChangeOutcome[] | null,
  observed: ObservedMaster,
): Parked {
  const isDone = new Set(outcomes?.flatMap(({ key, status }) => (status === 'done' ? [key] : [])));
  const relatedTo = relatedChanges(outcomes === null ? [] : writes, observed);
  return new Map(
    [...parked].flatMap(([key, health]): [ObjectKey, DeviceHealth][] => {
      const device = observed.objects.get(key);
      if (device?.kind !== 'device' || boards.get(device.name)?.health !== 'Maintenance') return [];
      const { changes } = relatedTo(device);
      const own = changes.find((change) => change.key === key);
      const isSet = own?.fields.some(({ field }) => field === 'health') === true;
      if (isSet && isDone.has(key)) return [];
      return [[key, changes.every((change) => isDone.has(change.key)) ? health : 'Unknown']];
    }),
  );
}

export function nameIn(key: ObjectKey): string {
  return key.slice(key.indexOf('/') + 1);
}
