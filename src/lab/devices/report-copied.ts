import { factsOf, type LabMemory } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';
import type { Literal } from '../templates/read-literal.js';
import type { LabDevice } from './read-dictionaries.js';

/** More devices than that share a value on purpose: the outlet of a shelf, a command that does nothing. */
const mostSlips = { power: 3, other: 20 };

interface Use {
  readonly device: LabDevice;
  readonly name: string;
  readonly value: Literal;
}

/**
 * Warns of devices of one worker with the same console, outlet or serial number: a dictionary was copied, and a job
 * on the one would reach the other's board. Each device is named once, with all that it shares with another.
 */
export function reportCopiedHardware(
  devices: ReadonlyMap<string, LabDevice>,
  tree: LabTree,
  memory: LabMemory,
  report: Report,
): void {
  const shared = new Map<string, Map<string, Use[]>>();
  for (const [first, ...others] of groupsOf(devices, tree, memory)) {
    if (first === undefined || others.length >= mostSlips[isPower(first.name) ? 'power' : 'other']) continue;
    for (const other of others) {
      const { name } = other.device;
      if (name === first.device.name) continue;
      const byFirst = shared.get(name) ?? new Map<string, Use[]>();
      shared.set(name, byFirst.set(first.device.name, [...(byFirst.get(first.device.name) ?? []), other]));
    }
  }
  for (const byFirst of shared.values())
    for (const [first, uses] of byFirst) reportOne(first, uses, tree, report);
}

/** All uses of one value on one worker, in the order of the devices' names. */
function groupsOf(
  devices: ReadonlyMap<string, LabDevice>,
  tree: LabTree,
  memory: LabMemory,
): Iterable<readonly Use[]> {
  const groups = new Map<string, Use[]>();
  for (const device of devices.values()) {
    const file = tree.dictionaries.get(device.name);
    // A device that is out of service for good may have left its place to another.
    if (file?.text == null || device.worker === null || device.fields.health === 'Retired') continue;
    const { hardware } = factsOf(memory, file.path, file.text);
    for (const [name, literal] of hardware) {
      for (const value of valuesOf(literal)) {
        if (value.type !== 'text' || !tells(name, value.value)) continue;
        const key = JSON.stringify([device.worker, kindOf(name), value.value]);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [{ device, name, value }]);
        else group.push({ device, name, value });
      }
    }
  }
  return groups.values();
}

/** `connection_commands` names several. */
function valuesOf(literal: Literal): readonly Literal[] {
  return literal.type === 'dict' ? literal.entries.map(({ value }) => value) : [literal];
}

function kindOf(name: string): string {
  return name === 'connection_commands' ? 'connection_command' : name;
}

function isPower(name: string): boolean {
  return /^(hard_reset|power_on|power_off)_/.test(name);
}

/** Whether a value names one thing: a command that says to what, a number that is more than zeros. */
function tells(name: string, value: string): boolean {
  return /_commands?$/.test(name) ? /\S\s+\S/.test(value) : /[^0:.-]/.test(value);
}

function reportOne(first: string, uses: readonly Use[], tree: LabTree, report: Report): void {
  const [use] = uses;
  const file = use === undefined ? undefined : tree.dictionaries.get(use.device.name);
  if (use === undefined || file?.text == null || report.isFull(file.path)) return;
  const names = [...new Set(uses.map(({ name }) => name))].join(', ');
  report.warn(
    'hardware-shared',
    placeAt(file.path, file.text, use.value.start),
    `"${first}" on the same worker has the same ${names}`,
    'Was the dictionary copied? Give each device its own, or a job on one reaches the board of the other.',
  );
}
