/**
 * Who owns what a change affects. A device belongs to the site of its worker, and a site to its owners; both before and
 * after the change count. What is not of one site belongs to the maintainers.
 */
import { isLabPath, meaningOf, usesTemplate, type DeviceReach, type LabReach } from '../lab/index.js';
import type { Approvers } from './approvers.js';

export interface Sides {
  readonly base: LabReach;
  readonly head: LabReach;
}

/** Adds those who own what a changed file defines, and those whose devices it reaches. */
export function approveFiles(files: readonly string[], sides: Sides, approvers: Approvers): void {
  for (const file of files) approveFile(file, sides, approvers);
}

function approveFile(file: string, sides: Sides, approvers: Approvers): void {
  if (!isLabPath(file)) {
    approvers.add(null, 'not a file of the lab, so lavaflow does not check it', file);
    return;
  }
  const meaning = meaningOf(file);
  switch (meaning.kind) {
    case 'ignored':
      return;
    case 'dictionary':
    case 'device':
      for (const site of sitesIn(sides, ({ devices }) => devices.get(meaning.name)?.site))
        approvers.add(site, site === null ? 'a device whose site is unknown' : 'a device of this site', file);
      return;
    case 'worker':
      for (const site of sitesIn(sides, ({ workers }) => workers.get(meaning.name)))
        approvers.add(site, site === null ? 'a worker whose site is unknown' : 'a worker of this site', file);
      return;
    case 'site':
      approvers.add(meaning.name, 'the site itself', file);
      return;
    case 'template':
      approveReached(file, 'uses it', sides, (device) => usesTemplate(device, file), approvers);
      return;
    case 'device-type':
    case 'health-check': {
      const isOfType = ({ deviceType }: DeviceReach) => deviceType === meaning.name;
      approveReached(file, 'is of this type', sides, isOfType, approvers);
      return;
    }
    case 'allowed-signers':
    case 'gpg-key':
      approvers.add(null, 'it decides who may sign revisions', file);
      return;
    case 'lab':
    case 'master':
    case 'group':
      approvers.add(null, 'it applies to the whole lab', file);
      return;
    case 'unknown':
    case 'bad-name':
      approvers.add(null, 'a file without a meaning', file);
  }
}

/** The sites of an object before and after the change. Null for one that neither side could read. */
function sitesIn(
  { base, head }: Sides,
  siteOf: (reach: LabReach) => string | null | undefined,
): Set<string | null> {
  const sites = [siteOf(base), siteOf(head)].filter((site) => site !== undefined);
  return new Set(sites.length === 0 ? [null] : sites);
}

/** @param verb what one device does with the file: `uses it` */
function approveReached(
  file: string,
  verb: string,
  sides: Sides,
  isReached: (device: DeviceReach) => boolean,
  approvers: Approvers,
): void {
  const counts = countBySite(sides, isReached);
  if (counts.size === 0) approvers.add(null, `no device ${verb}`, file);
  for (const [site, count] of counts) approvers.add(site, reachText(site, count, verb), file);
}

function reachText(site: string | null, count: number, verb: string): string {
  const where = site === null ? 'without a known site' : `of ${site}`;
  if (count === 1) return `1 device ${where} ${verb}`;
  return `${count} devices ${where} ${verb.replace('uses', 'use').replace('is of', 'are of')}`;
}

function countBySite(
  { base, head }: Sides,
  isReached: (device: DeviceReach) => boolean,
): Map<string | null, number> {
  const seen = new Map<string | null, Set<string>>();
  for (const reach of [base, head]) {
    for (const [name, device] of reach.devices) {
      if (!isReached(device)) continue;
      seen.set(device.site, (seen.get(device.site) ?? new Set<string>()).add(name));
    }
  }
  return new Map([...seen].map(([site, names]) => [site, names.size]));
}

/**
 * Adds the owners of other sites whose devices share a name that jobs request: a tag, or an alias of a device type. A job
 * that runs there may run on the changed device as well, or no longer.
 */
export function approveSharedNames({ base, head }: Sides, approvers: Approvers): void {
  const holders = new Map<string, Map<string | null, number>>();
  for (const device of base.devices.values()) {
    for (const name of namesOf(device)) {
      const bySite = holders.get(name) ?? new Map<string | null, number>();
      holders.set(name, bySite.set(device.site, (bySite.get(device.site) ?? 0) + 1));
    }
  }
  for (const name of new Set([...base.devices.keys(), ...head.devices.keys()])) {
    const [before, after] = [base.devices.get(name), head.devices.get(name)];
    const own = new Set([before?.site, after?.site]);
    for (const shared of differenceOf(namesOf(before), namesOf(after))) {
      for (const [site, count] of holders.get(shared) ?? []) {
        if (own.has(site)) continue;
        const where = site === null ? 'without a known site' : `of ${site}`;
        approvers.add(
          site,
          `the ${shared}, which ${count} ${count === 1 ? 'device' : 'devices'} ${where} ${count === 1 ? 'has' : 'have'}`,
          `device/${name}`,
        );
      }
    }
  }
}

function namesOf(device: DeviceReach | undefined): string[] {
  if (device === undefined) return [];
  const { deviceType, tags, aliases } = device;
  return [
    ...tags.map((tag) => `tag ${tag}`),
    ...(deviceType === null ? [] : aliases.map((alias) => `alias ${alias} of the type ${deviceType}`)),
  ];
}

function differenceOf(before: readonly string[], after: readonly string[]): string[] {
  if (before.length === 0 && after.length === 0) return [];
  const [old, now] = [new Set(before), new Set(after)];
  return [...before.filter((one) => !now.has(one)), ...after.filter((one) => !old.has(one))];
}
