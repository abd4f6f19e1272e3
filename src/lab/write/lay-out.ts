import type { ObjectKind, ObjectOf, ObservedMaster } from '../../model/index.js';
import { createMemory } from '../memory.js';
import { meaningOf } from '../files/paths.js';
import { readDevices } from '../devices/read-dictionaries.js';
import { readFiles } from '../files/read-files.js';
import { Report } from '../report.js';
import { shippedTemplates } from '../../templates/index.js';
import { sortIntoTree } from '../files/tree.js';
import { assignSites } from './assign-sites.js';
import { Draft } from './draft.js';
import type { Leaving } from './left-out.js';
import { writeConfig, type LabChoices } from './write-config.js';
import { writeDevice } from './write-device.js';
import { writeDeviceType } from './write-device-type.js';
import { writeGroup } from './write-group.js';
import { writeHealthChecks } from './write-health-checks.js';
import { writeWorker } from './write-worker.js';

/** Writes the state of a master as files of a lab. What has no file is left out, with the reason. */
export function layOut(observed: ObservedMaster, choices: LabChoices, leaving: Leaving): Draft {
  const draft = new Draft();
  const types = namedObjects('device-type', observed, leaving);
  const workers = namedObjects('worker', observed, leaving).filter(
    (worker) => !observed.builtIn.has(`worker/${worker.name}`) || hasDevices(worker.name, observed),
  );
  const templates = namedObjects('template', observed, leaving);
  const devices = namedObjects('device', observed, leaving);

  for (const group of namedObjects('group', observed, leaving)) {
    if (!observed.builtIn.has(`group/${group.name}`)) writeGroup(group, draft, leaving);
  }
  for (const { name, fields } of templates) {
    if (fields.text !== null) {
      draft.add(`device-types/${name}.jinja2`, fields.text, { keys: [`template/${name}`], field: 'text' });
    }
  }
  const taken = namesTaken(types, templates);
  const aliases = new Map<string, readonly string[]>();
  const named = typesWithoutFile(devices, templates);
  for (const type of types) {
    const free = freeAliases(type, taken, leaving);
    aliases.set(type.name, writeDeviceType(type, free, named.has(type.name), draft, leaving));
  }
  const workerNames = workers.map(({ name }) => name);
  const sites = assignSites(observed, workerNames, choices.sites);
  for (const worker of workers)
    writeWorker(worker, sites.ofWorker.get(worker.name) ?? sites.fallback, draft, leaving);
  const around = { site: sites.fallback, workers: new Set(workerNames), types: aliases };
  for (const device of devices) writeDevice(device, around, draft, leaving);

  const checks = namedObjects('health-check', observed, leaving);
  const jobs = new Map(checks.flatMap(({ name, fields: { job } }) => (job === null ? [] : [[name, job]])));
  writeHealthChecks(jobs, devicesOf(draft), draft, leaving);
  const overrides = templates.map(({ name }) => name).filter((name) => shippedTemplates.has(name));
  writeConfig(choices, sites.names, overrides, observed, draft);
  return draft;
}

/** Types that the lab has without a file: a device names them, and they have a template. */
function typesWithoutFile(
  devices: readonly ObjectOf<'device'>[],
  templates: readonly ObjectOf<'template'>[],
): ReadonlySet<string | undefined> {
  const own = new Set(templates.map(({ name }) => name));
  const named = devices.map(({ fields }) => fields.deviceType);
  return new Set(named.filter((type) => type !== undefined && (own.has(type) || shippedTemplates.has(type))));
}

const pathsByKind: Readonly<Record<ObjectKind, (name: string) => string>> = {
  group: (name) => `lab-config/groups/${name}.yaml`,
  template: (name) => `device-types/${name}.jinja2`,
  'device-type': (name) => `device-types/${name}.yaml`,
  'health-check': (name) => `device-types/${name}.health-check.yaml`,
  worker: (name) => `workers/${name}/worker.yaml`,
  device: (name) => `device-dictionaries/${name}.yaml`,
};

/** The objects of one kind whose names a lab can contain: safe file names that do not differ only in case. */
function namedObjects<K extends ObjectKind>(
  kind: K,
  observed: ObservedMaster,
  leaving: Leaving,
): ObjectOf<K>[] {
  const objects = [...observed.objects.values()].filter((object) => object.kind === kind) as ObjectOf<K>[];
  const seen = new Map<string, string>();
  return objects
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => {
      const key = `${kind}/${name}` as const;
      if (leaving.has(key)) return false;
      const meaning = meaningOf(pathsByKind[kind](name));
      if (meaning.kind !== kind || meaning.name !== name) {
        leaving.add(key, null, 'its name is not a valid file name in a lab');
        return false;
      }
      const other = seen.get(name.toLowerCase());
      if (other !== undefined) {
        leaving.add(key, null, `its name differs from "${other}" only in case`);
        return false;
      }
      seen.set(name.toLowerCase(), name);
      return true;
    });
}

function hasDevices(worker: string, observed: ObservedMaster): boolean {
  return [...observed.objects.values()].some(
    (object) => object.kind === 'device' && object.fields.worker === worker,
  );
}

function namesTaken(...groups: readonly (readonly { readonly name: string }[])[]): Map<string, string> {
  return new Map(groups.flat().map(({ name }) => [name.toLowerCase(), name]));
}

/**
 * An alias that is also the name of a type or template, or of two types, is an error in a lab, so it is not written.
 */
function freeAliases(
  { name, fields }: ObjectOf<'device-type'>,
  taken: Map<string, string>,
  leaving: Leaving,
): readonly string[] {
  const aliases = fields.aliases ?? [];
  const own = new Map<string, string>();
  for (const alias of aliases) {
    const other = taken.get(alias.toLowerCase()) ?? own.get(alias.toLowerCase());
    if (other !== undefined) {
      leaving.add(`device-type/${name}`, 'aliases', `its alias "${alias}" is also a name of "${other}"`);
      return [];
    }
    own.set(alias.toLowerCase(), name);
  }
  for (const alias of aliases) taken.set(alias.toLowerCase(), name);
  return aliases;
}

/** The devices as the lab will read them, with the template that each extends. */
function devicesOf(draft: Draft) {
  const memory = createMemory();
  const report = new Report();
  const tree = sortIntoTree(readFiles(draft.files, report, memory));
  return readDevices(tree, report, memory).values();
}
