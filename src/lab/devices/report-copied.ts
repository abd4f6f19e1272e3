import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import type { Hardware } from '../../templates/index.js';
import type { LabDevice } from './read-dictionaries.js';

/** If more devices than this share a value, it is on purpose: the outlet of a shelf, a command that does nothing. */
const mostSlips = { power: 3, other: 20 };

interface Use {
  readonly device: string;
  readonly hardware: Hardware;
}

/**
 * Warns about devices of one worker with the same console, outlet or serial number: a dictionary was copied, and a job
 * on one device would reach the board of the other. Each device is reported once, with everything that it shares with
 * another.
 */
export function reportCopiedHardware(
  devices: ReadonlyMap<string, LabDevice>,
  tree: LabTree,
  memory: LabMemory,
  report: Report,
): void {
  const shared = new Map<string, Map<string, Use[]>>();
  for (const [first, ...others] of sharedBy(devices, tree, memory)) {
    if (first === undefined) continue;
    if (others.length >= mostSlips[isPower(first.hardware.name) ? 'power' : 'other']) continue;
    for (const other of others) {
      if (other.device === first.device) continue;
      const byFirst = shared.get(other.device) ?? new Map<string, Use[]>();
      shared.set(other.device, byFirst.set(first.device, [...(byFirst.get(first.device) ?? []), other]));
    }
  }
  for (const byFirst of shared.values()) {
    for (const [first, uses] of byFirst) reportOne(first, uses, tree, report);
  }
}

/** All uses of values that occur in more than one dictionary, in the order of the devices. */
function sharedBy(
  devices: ReadonlyMap<string, LabDevice>,
  tree: LabTree,
  memory: LabMemory,
): Iterable<readonly Use[]> {
  const firsts = new Map<string, Map<string, Use>>();
  const groups = new Map<Use, Use[]>();
  for (const { name: device, worker, fields } of devices.values()) {
    const file = tree.dictionaries.get(device);
    // A device that is permanently out of service may have passed its place on to another.
    if (file?.text == null || worker === null || fields.health === 'Retired') continue;
    let ofWorker = firsts.get(worker);
    if (ofWorker === undefined) firsts.set(worker, (ofWorker = new Map<string, Use>()));
    for (const hardware of factsOf(memory, file.path, file.text).hardware) {
      const first = ofWorker.get(hardware.key);
      if (first === undefined) {
        ofWorker.set(hardware.key, { device, hardware });
        continue;
      }
      const group = groups.get(first);
      if (group === undefined) groups.set(first, [first, { device, hardware }]);
      else group.push({ device, hardware });
    }
  }
  return groups.values();
}

function isPower(name: string): boolean {
  return /^(hard_reset|power_on|power_off)_/.test(name);
}

function reportOne(first: string, uses: readonly Use[], tree: LabTree, report: Report): void {
  const [use] = uses;
  const file = use === undefined ? undefined : tree.dictionaries.get(use.device);
  if (use === undefined || file?.text == null || report.isFull(file.path)) return;
  const names = [...new Set(uses.map(({ hardware }) => hardware.name))].join(', ');
  report.warn(
    'hardware-shared',
    placeAt(file.path, file.text, use.hardware.at),
    `"${first}" on the same worker has the same ${names}`,
    'Check whether the dictionary was copied, and give each device its own. Otherwise a job on one device reaches the board of the other.',
  );
}
