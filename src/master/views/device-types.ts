import { aliasesOfTypes } from '../store/configuration/aliases.js';
import * as store from '../store/configuration/device-types.js';
import { deviceNames } from '../store/configuration/devices.js';
import type { Listing, ListRequest } from '../store/listing.js';
import type { Db } from '../store/open-store.js';
import { findHealthCheck, findTemplate } from '../store/configuration/templates.js';

export type { DeviceTypeField } from '../store/configuration/device-types.js';

export interface DeviceTypeView extends store.DeviceTypeSummary {
  /** Sorted. */
  readonly aliases: readonly string[];
}

/** Ordered by name by default. */
export async function listDeviceTypes(
  db: Db,
  request: ListRequest<store.DeviceTypeField> & { readonly includeHidden?: boolean },
): Promise<Listing<DeviceTypeView>> {
  const { count, items } = await store.listDeviceTypes(db, request);
  const aliases = await aliasesOfTypes(
    db,
    items.map((type) => type.name),
  );
  return { count, items: items.map((type) => ({ ...type, aliases: aliases.get(type.name) ?? [] })) };
}

/** Includes the hostnames of its devices, even retired ones. */
export async function showDeviceType(
  db: Db,
  name: string,
): Promise<(DeviceTypeView & { readonly devices: readonly string[] }) | undefined> {
  const type = await store.findDeviceTypeSummary(db, name);
  if (type === undefined) return undefined;
  const aliases = (await aliasesOfTypes(db, [name])).get(name) ?? [];
  return { ...type, aliases, devices: await deviceNames(db, { deviceType: name }) };
}

/** Returns the text of a template, either of a device type or a base template. */
export async function templateOf(db: Db, name: string): Promise<string | undefined> {
  return (await findTemplate(db, name))?.text;
}

/** Returns the health-check job of devices whose dictionary extends the template with this name. */
export async function healthCheckOf(db: Db, name: string): Promise<string | undefined> {
  return (await findHealthCheck(db, name))?.job;
}
