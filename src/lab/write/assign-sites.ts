import { globOf, type ObservedMaster } from '../../model/index.js';
import { isName } from '../names.js';

/** Workers whose hostnames fit a pattern (`*` is any text) belong to a site. */
export interface SiteRule {
  readonly site: string;
  readonly pattern: string;
}

export interface SiteChoices {
  /** The first rule that fits decides. */
  readonly rules: readonly SiteRule[];
  /** For workers that fit no rule; null: derive their sites. */
  readonly rest: string | null;
  /** The site of workers and devices from which none can be derived. */
  readonly fallback: string;
}

export interface Sites {
  /** All sites, sorted; at least one. */
  readonly names: readonly string[];
  /** The site of each worker. */
  readonly ofWorker: ReadonlyMap<string, string>;
  /** The site of devices without a worker. */
  readonly fallback: string;
  /** Workers from which no site could be derived. */
  readonly unsure: readonly string[];
}

/**
 * Assigns the workers of a master to sites. LAVA has no sites, but their names are usually part of what it has. The first
 * of these that applies to a worker decides:
 *
 * 1. a rule of the user;
 * 2. the domain of its hostname: `dispatcher1.cambridge.example.org` belongs to `cambridge.example.org`;
 * 3. a name that starts with `lab-`: `lab-cambridge-worker-2` belongs to `lab-cambridge`;
 * 4. the name without its number and without words such as `worker`, if such a word occurs or another worker has the
 *    same: `cambridge-worker-2` and `lava-slave-cambridge` belong to `cambridge`;
 * 5. the physical group of its devices, if all that have one have the same.
 *
 * Names differ only if they differ in more than case.
 */
export function assignSites(observed: ObservedMaster, names: readonly string[], choices: SiteChoices): Sites {
  const { rules, rest, fallback } = choices;
  const fits = rules.map(({ site, pattern }) => ({ site, fits: globOf(pattern) }));
  const known = new Map<string, string>();
  const spelled = (site: string): string => {
    const name = known.get(site.toLowerCase()) ?? site;
    known.set(site.toLowerCase(), name);
    return name;
  };
  const open = names.filter((name) => !fits.some((rule) => rule.fits(name)));
  const derived = rest === null ? deriveSites(observed, open) : new Map<string, string>();
  const ofWorker = new Map<string, string>();
  const unsure: string[] = [];
  for (const name of names) {
    const site = fits.find((rule) => rule.fits(name))?.site ?? rest ?? derived.get(name);
    if (site === undefined) unsure.push(name);
    ofWorker.set(name, spelled(site ?? fallback));
  }
  const needsFallback = ofWorker.size === 0 || hasLooseDevices(observed, ofWorker);
  const all = new Set([...ofWorker.values(), ...(needsFallback ? [spelled(fallback)] : [])]);
  return { names: [...all].sort(), ofWorker, fallback: spelled(fallback), unsure };
}

/** Devices without a worker of the lab belong to a site themselves. */
function hasLooseDevices({ objects }: ObservedMaster, workers: ReadonlyMap<string, string>): boolean {
  return [...objects.values()].some(
    ({ kind, fields }) => kind === 'device' && !('worker' in fields && workers.has(fields.worker ?? '')),
  );
}

function deriveSites(observed: ObservedMaster, names: readonly string[]): Map<string, string> {
  const sites = new Map<string, string>();
  const stems = new Map(names.map((name) => [name, stemOf(name)]));
  const counts = new Map<string, number>();
  for (const { stem } of stems.values()) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const groups = groupsOf(observed);
  for (const [name, { stem, isNamed }] of stems) {
    const isShared = (counts.get(stem) ?? 0) > 1;
    const site =
      domainOf(name) ?? labOf(name) ?? (isNamed || isShared ? nameOrNone(stem) : null) ?? groups.get(name);
    if (site !== undefined) sites.set(name, site);
  }
  return sites;
}

/** An address is not a name with a domain. */
function domainOf(name: string): string | null {
  const [, domain] = /^[^.]+\.(.*[a-z].*)$/i.exec(name) ?? [];
  return domain === undefined || /^[\d.]+$/.test(name) ? null : nameOrNone(domain);
}

function labOf(name: string): string | null {
  const [, lab] = /^(lab-[^-._]+)(?:[-._]|$)/i.exec(name) ?? [];
  return lab === undefined || isRole(lab.slice(4)) ? null : nameOrNone(lab);
}

/** Words that say what a machine is, not where. */
const roles =
  /^(?:lava|workers?|dispatchers?|slaves?|hosts?|nodes?|servers?|machines?|pc|nuc|rpi|pi|docker|vm|lab|remote|master|localhost|example)\d*$/i;

function isRole(word: string): boolean {
  return roles.test(word) || /^\d*$/.test(word);
}

/** What remains of a name without roles and numbers; `isNamed`: whether it contained a role. */
function stemOf(name: string): { stem: string; isNamed: boolean } {
  const words = name.split(/[-_.]+/);
  const rest = words.filter((word) => !isRole(word)).map((word) => word.replace(/\d+$/, ''));
  return {
    stem: rest.join('-').toLowerCase(),
    isNamed: rest.length > 0 && words.some((word) => roles.test(word)),
  };
}

/** The physical group of the devices of each worker, if they have only one. */
function groupsOf({ objects }: ObservedMaster): ReadonlyMap<string, string> {
  const groups = new Map<string, Set<string>>();
  for (const object of objects.values()) {
    if (object.kind !== 'device') continue;
    const { worker, physicalGroup } = object.fields;
    if (typeof worker !== 'string' || typeof physicalGroup !== 'string') continue;
    groups.set(worker, (groups.get(worker) ?? new Set()).add(physicalGroup));
  }
  return new Map(
    [...groups].flatMap(([worker, [group, another]]): [string, string][] =>
      group === undefined || another !== undefined || !isName(group) ? [] : [[worker, group]],
    ),
  );
}

function nameOrNone(text: string): string | null {
  return isName(text) ? text : null;
}
