import {
  keyOf,
  type ConfigurationObject,
  type DesiredMaster,
  type Master,
  type ObjectKey,
  type ObjectOf,
} from '../model/index.js';
import { fileOfType } from './aliases.js';
import { sortedSet } from './config/read-device-types.js';
import type { LabDevice } from './devices/read-dictionaries.js';
import type { Chain } from '../templates/index.js';
import type { LabParts } from './lab-parts.js';
import { drainsOfDevice, drainsOfWorker, windowsIn } from './windows-of.js';
import { withoutIgnored } from './path-rules/ignored.js';

/** The desired state of one master. An object whose files have errors goes to `blocked` instead. */
export function desiredMaster(master: Master, parts: LabParts): DesiredMaster {
  const fromSources = sortOut(sourceTemplatesOf(master, parts), master, parts);
  const isAny = fromSources.objects.size + fromSources.blocked.size > 0;
  const own = sortOut(objectsOf(master, parts), master, parts);
  const unread = unreadIn(own.objects, parts);
  const windows = windowsIn(own.objects, parts);
  return {
    master,
    ...own,
    ...(unread.size === 0 ? {} : { unread }),
    ...(isAny ? { fromSources } : {}),
    ...(windows.size === 0 ? {} : { windows }),
  };
}

/** The aliases of types to which a dictionary that could not be read may add some. */
function unreadIn(
  objects: DesiredMaster['objects'],
  { devices }: LabParts,
): Map<ObjectKey, readonly string[]> {
  const partly = [...devices.values()].filter(({ isPartlyRead }) => isPartlyRead);
  const unread = new Map<ObjectKey, readonly string[]>();
  if (partly.length === 0) return unread;
  for (const [key, { kind, name, fields }] of objects) {
    if (kind !== 'device-type' || fields.aliases !== undefined) continue;
    if (partly.some((device) => mayAddAliases(device, name))) unread.set(key, ['aliases']);
  }
  return unread;
}

function sortOut(
  all: Iterable<Wanted<ConfigurationObject>>,
  master: Master,
  { report }: LabParts,
): Pick<DesiredMaster, 'objects' | 'blocked'> {
  const objects = new Map<ObjectKey, ConfigurationObject>();
  const blocked = new Map<ObjectKey, readonly string[]>();
  const strip = withoutIgnored(master);
  for (const { object, files } of all) {
    const kept = strip(object);
    if (kept === null) continue;
    const codes = report.codesOf(files);
    if (codes.length > 0) blocked.set(keyOf(kept), codes);
    else objects.set(keyOf(kept), kept);
  }
  return { objects, blocked };
}

function* sourceTemplatesOf(master: Master, parts: LabParts): Generator<Wanted<ObjectOf<'template'>>> {
  if (parts.sources.size === 0) return;
  const seen = new Set<Chain['bits']>();
  const used = new Set<string>();
  for (const device of parts.devices.values()) {
    const chain = mayServe(master, parts, device) ? parts.chains.get(device.file) : undefined;
    if (chain === undefined || seen.has(chain.bits)) continue;
    seen.add(chain.bits);
    for (const path of chain.files) used.add(path);
  }
  for (const path of used) {
    const source = parts.sources.get(path);
    if (source === undefined) continue;
    const { name, text } = source;
    yield { object: { kind: 'template', name, fields: { text } }, files: chainOf(parts, path) };
  }
}

/** What the lab's files specify for one master, and the files that do so, including what the master ignores. */
export function* objectsOf(master: Master, parts: LabParts): Generator<Wanted<ConfigurationObject>> {
  const devices = [...parts.devices.values()].filter((device) => mayServe(master, parts, device));
  for (const { name, fields, file } of parts.groups.values())
    yield { object: { kind: 'group', name, fields }, files: [file] };
  for (const [name, file] of parts.tree.templates) {
    const object = { kind: 'template', name, fields: { text: file.text } } as const;
    yield { object, files: chainOf(parts, file.path) };
  }
  yield* deviceTypesOf(parts, devices);
  yield* healthChecksOf(parts, devices);
  for (const worker of parts.workers.values()) {
    if (worker.site !== null && !master.sites.includes(worker.site)) continue;
    const { name, files } = worker;
    const fields = { ...worker.fields, ...drainsOfWorker(worker, parts) };
    yield { object: { kind: 'worker', name, fields }, files: [...files, ...filesOfSite(parts, worker.site)] };
  }
  for (const device of devices) {
    const { name } = device;
    const fields = { ...device.fields, ...drainsOfDevice(device, parts) };
    yield { object: { kind: 'device', name, fields }, files: filesOfDevice(parts, device) };
  }
}

/**
 * A device whose worker or site is unknown may belong to any master. It is blocked on all of them, so that none treats
 * it as a device that left the lab.
 */
export function mayServe(
  master: Pick<Master, 'sites'>,
  parts: Pick<LabParts, 'workers' | 'tree'>,
  device: Pick<LabDevice, 'worker' | 'site'>,
): boolean {
  const site = device.worker === null ? device.site : (parts.workers.get(device.worker)?.site ?? null);
  return site === null || !parts.tree.sites.has(site) || master.sites.includes(site);
}

function filesOfDevice(parts: LabParts, device: LabDevice): Set<string> {
  const files = new Set([...device.files, ...chainOf(parts, device.file)]);
  const worker = device.worker === null ? undefined : parts.workers.get(device.worker);
  if (worker !== undefined) files.add(worker.file);
  for (const file of filesOfSite(parts, worker?.site ?? device.site)) files.add(file);
  if (device.deviceType !== null) files.add(fileOfType(device.deviceType));
  return files;
}

/** Its windows and their time zone decide when its workers and devices may be changed. */
function filesOfSite({ tree }: LabParts, site: string | null): string[] {
  const file = site === null ? undefined : tree.sites.get(site);
  return file === undefined ? [] : [file.path];
}

function chainOf(parts: LabParts, path: string): Iterable<string> {
  return parts.chains.get(path)?.files ?? [path];
}

interface Wanted<O> {
  readonly object: O;
  readonly files: Iterable<string>;
}

/** Every <type>.yaml, and every type of a device of this master. */
function deviceTypesOf(parts: LabParts, devices: readonly LabDevice[]): Wanted<ObjectOf<'device-type'>>[] {
  const names = new Set(parts.deviceTypes.keys());
  const aliases = new Map<string, string[]>();
  for (const { deviceType, aliases: more } of devices) {
    if (deviceType === null) continue;
    names.add(deviceType);
    if (more.length > 0) aliases.set(deviceType, [...(aliases.get(deviceType) ?? []), ...more]);
  }
  return [...names].sort().map((name) => {
    const type = parts.deviceTypes.get(name);
    const fields = type?.fields ?? {};
    const more = aliases.get(name);
    const merged =
      more === undefined ? fields : { ...fields, aliases: sortedSet([...(fields.aliases ?? []), ...more]) };
    const object = { kind: 'device-type', name, fields: merged } as const;
    // Without the aliases of a dictionary that could not be read, the list would be too short.
    const unread =
      merged.aliases === undefined ? [] : devices.filter((device) => mayAddAliases(device, name));
    return { object, files: [fileOfType(name), ...unread.flatMap(({ files }) => files)] };
  });
}

function mayAddAliases({ isPartlyRead, deviceType }: LabDevice, type: string): boolean {
  return isPartlyRead && (deviceType === null || deviceType === type);
}

/**
 * Each health check, once for each template that the dictionaries of its type extend, because LAVA looks for it there.
 */
function healthChecksOf(parts: LabParts, devices: readonly LabDevice[]): Wanted<ObjectOf<'health-check'>>[] {
  return parts.healthChecks.flatMap((check) => {
    const own = devices.filter((device) => device.deviceType === check.deviceType);
    const templates = sortedSet(own.flatMap((device) => device.template ?? []));
    const names = templates.length === 0 ? [check.deviceType] : templates;
    return names.map((name) => ({
      object: { kind: 'health-check', name, fields: { job: check.text } } as const,
      files: [check.file],
    }));
  });
}
