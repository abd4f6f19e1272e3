import { differByOneSlip, type Place } from '../diagnostics/index.js';
import type { Master } from '../model/index.js';
import { guesserOf, orElse } from './names.js';
import { placeOfSynced } from './devices/place-of-synced.js';
import { sortedSet, type LabDeviceType } from './config/read-device-types.js';
import type { LabDevice } from './devices/read-dictionaries.js';
import type { LabWorker } from './config/read-workers.js';
import { isReadable } from './rendering/readable.js';
import type { Report } from './report.js';
import { fileNameOf, templateNameOf, type Chain, type Namespace } from '../templates/index.js';
import type { SourceTemplates } from './templates/namespace.js';
import type { LabTree } from './files/tree.js';

interface References {
  readonly tree: LabTree;
  readonly workers: ReadonlyMap<string, LabWorker>;
  readonly deviceTypes: ReadonlyMap<string, LabDeviceType>;
  readonly devices: ReadonlyMap<string, LabDevice>;
  readonly masters: ReadonlyMap<string, Master>;
  readonly shipped: ReadonlySet<string>;
  readonly sources: SourceTemplates;
  /** Otherwise a type may be in a source that could not be read. */
  readonly hasAllSources: boolean;
}

/** Everything that one file specifies about another: a device's worker and type, a site's masters. */
export function reportReferences(parts: References, report: Report): void {
  const guesses: Guesses = {
    worker: guesserOf(parts.workers.keys()),
    type: guesserOf(sortedSet([...parts.deviceTypes.keys(), ...parts.tree.templates.keys()])),
    shipped: [...parts.shipped, ...[...parts.sources.keys()].map(templateNameOf)],
  };
  for (const device of parts.devices.values()) reportDevice(device, parts, guesses, report);
  for (const { name, file } of parts.deviceTypes.values()) reportLongType(name, { file }, report);
  for (const [site, file] of parts.tree.sites) {
    if (parts.masters.size === 0 || [...parts.masters.values()].some((master) => master.sites.includes(site)))
      continue;
    report.warn(
      'site-unserved',
      { file: file.path },
      `no master serves the site "${site}"`,
      'Add it to `sites` of a master.',
    );
  }
}

interface Guesses {
  readonly worker: (name: string) => string | undefined;
  readonly type: (name: string) => string | undefined;
  /** Names of templates outside of the lab. There are many, so only a slip makes one of them likely. */
  readonly shipped: readonly string[];
}

function reportDevice(device: LabDevice, parts: References, guesses: Guesses, report: Report): void {
  const { deviceType, worker } = device;
  if (worker !== null && !parts.workers.has(worker)) {
    report.error(
      'worker-unknown',
      placeOf(parts, device, 'worker', worker),
      `there is no worker "${worker}" in the lab`,
      /^(?:none|null|~|-)$/i.test(worker)
        ? 'Write `worker: null` and `site: ...` for a device without a worker, in <hostname>.yaml.'
        : orElse(guesses.worker(worker), `Write workers/${worker}/worker.yaml.`),
    );
  }
  if (deviceType !== null)
    reportLongType(deviceType, placeOf(parts, device, 'deviceType', deviceType), report);
  if (deviceType === null || isKnownType(deviceType, parts)) return;
  report.error(
    'device-type-unknown',
    placeOf(parts, device, 'deviceType', deviceType),
    `there is no device type "${deviceType}"`,
    orElse(
      guesses.type(deviceType) ?? slipOf(deviceType, guesses.shipped),
      `Write \`device-types/${deviceType}.yaml\` with \`kind: DeviceType\`.`,
    ),
  );
}

function slipOf(name: string, candidates: readonly string[]): string | undefined {
  return candidates.find((one) => differByOneSlip(name, one));
}

/** The limit of LAVA's database (`DeviceType.name`, all releases). Templates and devices may have longer names. */
const longestType = 50;

function reportLongType(name: string, place: Place, report: Report): void {
  if (name.length <= longestType) return;
  const message = `the name of a device type has at most ${longestType} characters in LAVA, and this one has ${name.length}`;
  report.error('name-invalid', place, message, 'Choose a shorter name.');
}

function isKnownType(name: string, parts: References): boolean {
  if (!parts.hasAllSources) return true;
  if (parts.deviceTypes.has(name) || parts.tree.templates.has(name) || parts.shipped.has(name)) return true;
  return parts.sources.has(fileNameOf(name));
}

/** The place that specifies it: <hostname>.yaml, or else the dictionary. */
function placeOf(
  parts: Pick<References, 'tree'>,
  device: LabDevice,
  key: 'worker' | 'deviceType',
  name: string,
) {
  return device.says?.fields[key] === undefined
    ? placeOfSynced(parts.tree, device, name)
    : device.says.placeOf(key);
}

/**
 * Warns about devices whose type has a template of its own, but that use other templates: either the type or the
 * template is wrong. Reports nothing if a part of the device is not available.
 */
export function reportTypesNotExtended(
  parts: Pick<References, 'tree' | 'devices'>,
  namespace: Namespace,
  chains: ReadonlyMap<string, Chain>,
  report: Report,
): void {
  for (const device of parts.devices.values()) {
    const { deviceType, template, file } = device;
    const chain = chains.get(file);
    if (deviceType === null || template === null || chain === undefined || chain.isPartial) continue;
    const own = namespace.get(fileNameOf(deviceType));
    if (own === undefined || chain.files.has(own.path) || !isReadable([file], report)) continue;
    report.warn(
      'device-type-not-extended',
      placeOf(parts, device, 'deviceType', deviceType),
      `the device type is "${deviceType}", but the dictionary extends "${template}.jinja2" instead of "${deviceType}.jinja2"`,
      `Extend '${deviceType}.jinja2', or correct the device type.`,
    );
  }
}
