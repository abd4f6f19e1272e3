import { formatProblem, readJob } from '../../job/index.js';
import { readChecked, type CheckedFile } from '../yaml/check-schema.js';
import { didYouMean } from '../names.js';
import { sortedSet } from './read-device-types.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { Report } from '../report.js';
import type { LabTree } from '../files/tree.js';

export interface LabHealthCheck {
  readonly deviceType: string;
  readonly file: string;
  readonly text: string | null;
}

export function readHealthChecks(
  tree: LabTree,
  devices: ReadonlyMap<string, LabDevice>,
  report: Report,
): LabHealthCheck[] {
  const checks: LabHealthCheck[] = [];
  for (const [deviceType, file] of tree.healthChecks) {
    const checked = readChecked('health-check', file, report);
    if (checked !== null) reportJobProblems(file.text ?? '', checked, report);
    if (checked?.value.device_type !== undefined && checked.value.device_type !== deviceType) {
      report.warn(
        'health-check-wrong-type',
        checked.tree.placeOf(['device_type']),
        `the job requests "${checked.value.device_type}", but the file is the health check of "${deviceType}"`,
        `Write device_type: ${deviceType}.`,
      );
    }
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

/** Reports problems that the schema of the file cannot express, such as a timeout that is longer than the job's. */
function reportJobProblems(text: string, { tree }: CheckedFile<'health-check'>, report: Report): void {
  const read = readJob(text, { for: 'health-check' });
  for (const problem of read.ok ? [] : read.problems) {
    report.error('yaml-wrong-value', tree.placeOf(problem.at), formatProblem(problem), problem.hint);
  }
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
