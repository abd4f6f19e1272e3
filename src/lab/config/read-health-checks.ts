import type { Master } from '../../model/index.js';
import { asMapping } from '../../pyyaml/index.js';
import { fitsSchema, readChecked } from '../yaml/check-schema.js';
import { shorten, textAt, type YamlTree } from '../yaml/yaml-tree.js';
import { didYouMean } from '../names.js';
import { checkHealthCheck, type FindUnsupported } from './check-health-check.js';
import { sortedSet, type LabDeviceType } from './read-device-types.js';
import type { LabWorker } from './read-workers.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { Report } from '../report.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';

export interface LabHealthCheck {
  readonly deviceType: string;
  readonly file: string;
  readonly text: string | null;
}

/** What health checks refer to, and what runs them. */
export interface HealthCheckContext {
  readonly tree: LabTree;
  readonly deviceTypes: ReadonlyMap<string, LabDeviceType>;
  readonly devices: ReadonlyMap<string, LabDevice>;
  readonly workers: ReadonlyMap<string, LabWorker>;
  readonly masters: ReadonlyMap<string, Master>;
  readonly findUnsupported: FindUnsupported;
}

export function readHealthChecks(context: HealthCheckContext, report: Report): LabHealthCheck[] {
  const { tree, devices } = context;
  const groups = groupsOf(context);
  const checks: LabHealthCheck[] = [];
  for (const [deviceType, file] of tree.healthChecks) {
    checkOne(deviceType, file, context, groups, report);
    if (!isKnownType(deviceType, tree, devices)) {
      const types = sortedSet([...tree.deviceTypes.keys(), ...tree.templates.keys()]);
      report.warn(
        'health-check-without-type',
        { file: file.path },
        `no device of the lab has the type "${deviceType}"`,
        didYouMean(deviceType, types),
      );
    }
    checks.push({ deviceType, file: file.path, text: file.text });
  }
  reportConflicts(checks, devices, report);
  return checks;
}

function checkOne(
  deviceType: string,
  file: TextFile,
  context: HealthCheckContext,
  groups: ReadonlySet<string>,
  report: Report,
): void {
  const { path, text } = file;
  if (text === null) return;
  const devices = [...context.devices.values()].filter((device) => device.deviceType === deviceType);
  const masters = mastersOf(devices, context);
  const checkMore = (tree: YamlTree): void => {
    // If the outer structure is wrong, what is inside is checked as well.
    const hasWrongShape = !fitsSchema('health-check', tree.value);
    checkHealthCheck(
      { file: path, text, tree, deviceType, devices, masters, groups, hasWrongShape },
      context.findUnsupported,
      report,
    );
    if (asMapping(tree.value)?.['secrets'] !== undefined) {
      report.warn(
        'health-check-secrets',
        tree.placeOf([], 'secrets'),
        'everyone who can read the repository can read these secrets',
        'Remove `secrets`, also from the history, and replace what they contain.',
      );
    }
    const requested = textAt(tree, ['device_type']);
    if (requested === undefined || requested === deviceType) return;
    if (aliasesOf(deviceType, devices, context).has(requested)) return;
    report.warn(
      'health-check-wrong-type',
      tree.placeOf(['device_type']),
      `the job requests "${shorten(requested)}", but the file is the health check of "${deviceType}"`,
      `Write device_type: ${deviceType}.`,
    );
  };
  readChecked('health-check', file, report, checkMore, (tree) => reportWrapped(tree, report));
}

/** One finding for a job below a key `job:`, instead of one for each key that is missing at the top level. */
function reportWrapped(tree: YamlTree, report: Report): boolean {
  const top = asMapping(tree.value);
  if (top === undefined || 'actions' in top || asMapping(top['job'])?.['actions'] === undefined) return false;
  report.error(
    'yaml-unknown-key',
    tree.placeOf([], 'job'),
    'the job is below the key "job", and LAVA reads it only at the top level of the file',
    'Remove the line `job:`, and indent the lines below it less.',
  );
  return true;
}

/** Every group that has a file, or that a device or a device type names. */
function groupsOf({ tree, devices, deviceTypes }: HealthCheckContext): ReadonlySet<string> {
  const permissions = [...devices.values(), ...deviceTypes.values()].flatMap(
    ({ fields }) => fields.permissions ?? [],
  );
  const owners = [...devices.values()].flatMap(({ fields }) => fields.physicalGroup ?? []);
  return new Set([...tree.groups.keys(), ...permissions.map(({ group }) => group), ...owners]);
}

function mastersOf(
  devices: readonly LabDevice[],
  { workers, masters }: HealthCheckContext,
): readonly Master[] {
  const sites = new Set(
    devices.map(({ worker, site }) => (worker === null ? site : (workers.get(worker)?.site ?? null))),
  );
  return [...masters.values()].filter((master) => master.sites.some((site) => sites.has(site)));
}

function aliasesOf(
  deviceType: string,
  devices: readonly LabDevice[],
  { deviceTypes }: HealthCheckContext,
): ReadonlySet<string> {
  const own = deviceTypes.get(deviceType)?.fields.aliases ?? [];
  return new Set([...own, ...devices.flatMap(({ aliases }) => aliases)]);
}

function isKnownType(name: string, tree: LabTree, devices: ReadonlyMap<string, LabDevice>): boolean {
  if (tree.deviceTypes.has(name) || tree.templates.has(name)) return true;
  return [...devices.values()].some((device) => device.deviceType === name);
}

/** LAVA stores one health check per template, so types that share a template cannot have different ones. */
function reportConflicts(
  checks: readonly LabHealthCheck[],
  devices: ReadonlyMap<string, LabDevice>,
  report: Report,
): void {
  const checked = new Map(checks.map((check) => [check.deviceType, check]));
  const owners = new Map<string, string>();
  const reported = new Set<string>();
  for (const { template, deviceType } of devices.values()) {
    const check = deviceType === null ? undefined : checked.get(deviceType);
    if (template === null || deviceType === null || check === undefined) continue;
    const owner = owners.get(template) ?? deviceType;
    owners.set(template, owner);
    const other = checked.get(owner);
    if (owner === deviceType || other?.text === check.text || reported.has(`${template} ${deviceType}`))
      continue;
    reported.add(`${template} ${deviceType}`);
    for (const { file } of [check, ...(other === undefined ? [] : [other])]) {
      report.error(
        'health-check-conflict',
        { file },
        `"${owner}" and "${deviceType}" share the template "${template}", and LAVA stores one health check per template`,
        'Give one of the types its own template.',
      );
    }
  }
}
