import { maskSecrets } from '../../diagnostics/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import type { LabHardware } from './claim.js';
import { claimantsIn, conflictsIn, type SharedResource } from './conflicts.js';
import { indexOfClaim } from './dictionary-claims.js';

interface Lab {
  readonly tree: LabTree;
  readonly devices: ReadonlyMap<string, LabDevice>;
  readonly memory: LabMemory;
  readonly hardware: LabHardware;
}

/**
 * Warns about devices that claim the same hardware: a dictionary was copied, and a job on one device would reach the board
 * of the other. Each device is reported once per other device, with everything that the two share.
 */
export function reportSharedHardware(lab: Lab, report: Report): void {
  const pairs = new Map<string, Map<string, SharedResource[]>>();
  for (const resource of conflictsIn(claimantsIn(lab.hardware))) {
    const [first = '', ...others] = resource.devices;
    for (const other of others) {
      const byFirst = pairs.get(other) ?? new Map<string, SharedResource[]>();
      pairs.set(other, byFirst.set(first, [...(byFirst.get(first) ?? []), resource]));
    }
  }
  for (const [other, byFirst] of pairs)
    for (const [first, resources] of byFirst) reportOne(other, first, resources, lab, report);
}

function reportOne(
  other: string,
  first: string,
  resources: readonly SharedResource[],
  { tree, devices, memory, hardware }: Lab,
  report: Report,
): void {
  const [resource] = resources;
  const file = devices.get(other)?.file;
  if (resource === undefined || file === undefined || report.isFull(file)) return;
  const text = tree.dictionaries.get(other)?.text ?? '';
  const { hardware: variables, references } = factsOf(memory, file, text);
  const at = indexOfClaim(resource, variables) ?? references[0]?.at ?? 0;
  const what = resources.map(({ kind, id }) => `${kind} ${describeResource(id)}`).join(', ');
  const [own, its] = [hardware.get(other)?.worker, hardware.get(first)?.worker];
  const where =
    own === its ? 'on the same worker' : its == null ? 'without a worker' : `on the worker ${its}`;
  report.warn(
    'hardware-shared',
    placeAt(file, text, at),
    `"${first}" ${where} has the same ${what}`,
    'Check whether the dictionary was copied, and give each device its own. Otherwise a job on one device reaches the board of the other.',
  );
}

/** For people: shortened, without what looks like a secret. */
export function describeResource(id: string): string {
  const shown = maskSecrets(id);
  return shown.length > 120 ? `${shown.slice(0, 119)}…` : shown;
}
