import type { Contact, DesiredMaster, Lab } from '../../model/index.js';
import { affected, type Affected } from '../../report/index.js';

/** What incidents need to know of a lab: who is affected by what, and whom to ask. */
export interface LabOutline {
  readonly contacts: readonly Contact[];
  readonly masters: ReadonlyMap<string, MasterOutline>;
}

interface MasterOutline extends Subject {
  readonly workers: ReadonlyMap<string, Subject>;
}

interface Subject {
  readonly devices: Affected;
  readonly places: readonly string[];
  readonly contacts: readonly Contact[];
}

/** @param siteOfWorker null and undefined: not known */
export function outlineOf(lab: Lab, siteOfWorker: ReadonlyMap<string, string | null>): LabOutline {
  return {
    contacts: lab.contacts,
    masters: new Map(
      [...lab.desired].map(([name, desired]) => [name, outlineOfMaster(lab, desired, siteOfWorker)]),
    ),
  };
}

function outlineOfMaster(
  lab: Lab,
  { master, objects }: DesiredMaster,
  siteOfWorker: ReadonlyMap<string, string | null>,
): MasterOutline {
  const all: string[] = [];
  const workers = new Map<string, string[]>();
  const devicesOf = (worker: string): string[] => {
    const devices = workers.get(worker) ?? [];
    workers.set(worker, devices);
    return devices;
  };
  for (const object of objects.values()) {
    if (object.kind === 'worker') devicesOf(object.name);
    if (object.kind !== 'device') continue;
    all.push(object.name);
    const { worker } = object.fields;
    if (worker != null) devicesOf(worker).push(object.name);
  }
  return {
    devices: affected('device', all),
    places: [...master.sites.map(placeOfSite), ...hostOf(master)],
    contacts: contactsOf(lab, master.sites),
    workers: new Map(
      [...workers].map(([name, devices]) => {
        const site = siteOfWorker.get(name) ?? null;
        const sites = site === null ? master.sites : [site];
        const places = site === null ? [] : [placeOfSite(site)];
        return [name, { devices: affected('device', devices), places, contacts: contactsOf(lab, sites) }];
      }),
    ),
  };
}

function placeOfSite(site: string): string {
  return `site ${site}`;
}

function hostOf({ address }: DesiredMaster['master']): string[] {
  const url = 'url' in address ? address.url : 'urlFrom' in address ? process.env[address.urlFrom.env] : null;
  return url != null && URL.canParse(url) ? [`host ${new URL(url).hostname}`] : [];
}

/** Those of the sites, or else those of the lab. */
function contactsOf(lab: Lab, sites: readonly string[]): readonly Contact[] {
  const contacts = sites.flatMap((site) => lab.sites.get(site)?.contacts ?? []);
  return contacts.length === 0 ? lab.contacts : contacts;
}
