import type { Change, ObservedMaster } from '../../model/index.js';
import {
  fileNameOf,
  reachedFrom,
  templateNameOf,
  userGraphOf,
  type ReferenceReader,
} from '../../templates/index.js';
import { worldOf, type TemplateTexts } from '../rendered/world.js';
import { writtenText } from '../changes.js';

/** Writes of which a job could see some without the others. */
export interface Cluster {
  readonly templates: readonly Change[];
  /** Devices that exist, and whose dictionary is written. */
  readonly dictionaries: readonly Change[];
  /** Hostnames, sorted: devices that exist and depend on two or more of these writes. */
  readonly devices: readonly string[];
}

/** With more changed templates than this, the dependencies of devices are not determined. */
const mostTemplates = 200;

/** Finds the devices that more than one write affects, and groups the writes that share a device. */
export function findClusters(
  changes: readonly Change[],
  observed: ObservedMaster,
  below: TemplateTexts,
  read: ReferenceReader,
): Cluster[] {
  const writes = changes.filter((change) => typeof writtenText(change) === 'string');
  const templates = writes.filter(({ object }) => object.kind === 'template');
  const dictionaries = writes.filter(({ object, verb }) => object.kind === 'device' && verb !== 'create');
  if (templates.length === 0 || templates.length > mostTemplates) return [];
  if (templates.length + dictionaries.length < 2) return [];

  const writesOf = new Map<string, Change[]>();
  const before = worldOf(observed, [], below);
  for (const hostname of before.dictionaries.keys()) writesOf.set(hostname, []);
  for (const change of dictionaries) writesOf.get(change.object.name)?.push(change);
  const { users } = userGraphOf([before, worldOf(observed, changes, below)], read);
  for (const change of templates) {
    const reached = reachedFrom([fileNameOf(change.object.name)], users).keys();
    for (const name of reached) writesOf.get(templateNameOf(name))?.push(change);
  }
  return joined([...writesOf].filter(([, list]) => list.length > 1));
}

/** Joins clusters that share a write. */
function joined(devices: readonly (readonly [string, readonly Change[]])[]): Cluster[] {
  const parents = new Map<Change, Change>();
  const rootOf = (change: Change): Change => {
    let root = change;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) {
      const over = parents.get(up);
      if (over !== undefined) parents.set(root, over);
      root = up;
    }
    return root;
  };
  for (const [, [first, ...others]] of devices) {
    if (first === undefined) continue;
    for (const other of [first, ...others]) parents.set(rootOf(other), rootOf(first));
  }
  const clusters = new Map<Change, { writes: Set<Change>; devices: string[] }>();
  for (const [hostname, writes] of devices) {
    const [first] = writes;
    if (first === undefined) continue;
    const root = rootOf(first);
    const cluster = clusters.get(root) ?? { writes: new Set<Change>(), devices: [] };
    clusters.set(root, cluster);
    cluster.devices.push(hostname);
    for (const change of writes) cluster.writes.add(change);
  }
  return [...clusters.values()].map(({ writes, devices: hostnames }) => ({
    templates: [...writes].filter(({ object }) => object.kind === 'template'),
    dictionaries: [...writes].filter(({ object }) => object.kind === 'device'),
    devices: hostnames.sort(),
  }));
}
