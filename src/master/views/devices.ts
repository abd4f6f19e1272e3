import { setImmediate } from 'node:timers/promises';
import type { Reader, ReaderClient } from '../reading/reader.js';
import type { DeviceRenderer } from '../render/device-renderer.js';
import * as store from '../store/configuration/devices.js';
import type { Listing, ListRequest } from '../store/listing.js';
import type { Db } from '../store/open-store.js';
import { permissionsOfDevice } from '../store/configuration/permissions.js';
import { tagsOfDevice, tagsOfDevices } from '../store/configuration/tags.js';
import type { Tag } from '../store/values.js';

export { permissionsOfDevice };
export type { DeviceField } from '../store/configuration/devices.js';

export interface DeviceView extends store.DeviceSummary {
  /** Sorted by name. */
  readonly tags: readonly Tag[];
}

/** Ordered by hostname by default. */
export async function listDevices(
  db: Db,
  request: ListRequest<store.DeviceField> & { readonly includeRetired: boolean },
): Promise<Listing<DeviceView>> {
  const { count, items } = await store.listDevices(db, request);
  const tags = await tagsOfDevices(
    db,
    items.map((device) => device.hostname),
  );
  return { count, items: items.map((device) => ({ ...device, tags: tags.get(device.hostname) ?? [] })) };
}

export async function showDevice(db: Db, hostname: string): Promise<DeviceView | undefined> {
  const device = await store.findDeviceSummary(db, hostname);
  return device === undefined ? undefined : { ...device, tags: await tagsOfDevice(db, hostname) };
}

/** @returns the text of the dictionary; null if the device does not have one, undefined if the device does not exist */
export async function deviceDictionary(db: Db, hostname: string): Promise<string | null | undefined> {
  return (await store.findDevice(db, hostname))?.dictionary;
}

export type RenderedConfiguration =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'context' | 'dictionary'; readonly problem: string };

/**
 * Renders the configuration of a device for a job.
 * @param context the `context` of the job, a YAML mapping; empty for none
 * @param client sent the context
 * @returns undefined if the device does not exist
 */
export async function renderDevice(
  db: Db,
  { renderer, reader }: { readonly renderer: DeviceRenderer; readonly reader: Reader },
  hostname: string,
  context: string,
  client: ReaderClient,
): Promise<RenderedConfiguration | undefined> {
  const jobContext = await reader.mapping(context === '' ? '{}' : context, client);
  if (jobContext === null) {
    return { ok: false, reason: 'context', problem: 'The context must be a YAML mapping.' };
  }
  const device = await store.findDevice(db, hostname);
  if (device === undefined) return undefined;
  const rendered = await renderer.render(db, device, jobContext);
  return rendered.ok
    ? { ok: true, text: rendered.text }
    : { ok: false, reason: 'dictionary', problem: rendered.problem };
}

/**
 * Checks whether the dictionaries of devices render, except those of retired devices.
 * @param name a device type or a device; null: all devices
 * @returns the problem of each device by hostname; null if its dictionary renders
 */
export async function checkDevices(
  db: Db,
  renderer: DeviceRenderer,
  name: string | null,
): Promise<ReadonlyMap<string, string | null>> {
  const hostnames = await store.deviceNames(db, name === null ? {} : { deviceType: name });
  if (name !== null && hostnames.length === 0) hostnames.push(name);
  const problems = new Map<string, string | null>();
  for (const hostname of hostnames) {
    // Rendering takes milliseconds; other requests have their turn.
    await setImmediate();
    const device = await store.findDevice(db, hostname);
    if (device === undefined || device.health === 'Retired') continue;
    const rendered = await renderer.render(db, device, {});
    problems.set(hostname, rendered.ok ? null : rendered.problem);
  }
  return problems;
}
