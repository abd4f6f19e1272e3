import {
  embeddedOnly,
  formatRelease,
  nearestKnownRelease,
  newestKnownRelease,
  oldestKnownRelease,
  parseRelease,
} from '../model/index.js';

/** What the API of one master can do. Its release determines it; docs/stock-lava.md has the same table in words. */
export interface Capabilities {
  readonly software: 'lava' | 'lavaflow';
  /** As the master reports it. */
  readonly release: string;
  /** A remark for the user on how the release was interpreted, or null. */
  readonly remark: string | null;
  /** `scheduler.workers.get_certificate` and `set_certificate`. */
  readonly certificates: boolean;
  /** `scheduler.workers.get_env_dut` and `set_env_dut`. */
  readonly envDut: boolean;
  /** `default_template`, `default_env`...: whether a file that was read is the object's own or its fallback. */
  readonly ownFileFlags: boolean;
  /** Writing an empty string deletes the file. */
  readonly emptyDeletes: boolean;
  /** `scheduler.devices.update` accepts a device type; otherwise REST is needed. */
  readonly deviceTypeByRpc: boolean;
  /** `POST /devices/<name>/set_health/`, which accepts a reason. */
  readonly setHealthByRest: boolean;
  /** `scheduler.devices.update` accepts a reason for a change of health. */
  readonly reasonByRpc: boolean;
  /** `POST /workers/<name>/set_health/`, which accepts a reason. */
  readonly setWorkerHealthByRest: boolean;
  /** REST cancels a job by POST instead of GET. */
  readonly cancelByPost: boolean;
  /** REST lists users and groups; otherwise their names appear only in the form of the browsable API. */
  readonly usersByRest: boolean;
  /** `auth.groups` and `auth.users`: groups can be created, read and deleted, and have members and permissions. */
  readonly groups: boolean;
  /** `set_template` and `set_health_check` require the device type of that name to exist. */
  readonly templatesNeedTypes: boolean;
  /** Workers and devices have maintenance windows, in which no job runs. Only an embedded master. */
  readonly maintenanceWindows: boolean;
}

/** The first release that has a capability, and the last. */
interface Span {
  readonly from: number;
  readonly to?: number;
}

const spans = {
  certificates: { from: 202004, to: 202008 },
  envDut: { from: 202201 },
  ownFileFlags: { from: 202204 },
  emptyDeletes: { from: 202204 },
  deviceTypeByRpc: { from: 202204 },
  setHealthByRest: { from: 202108 },
  reasonByRpc: { from: 202601 },
  setWorkerHealthByRest: { from: 202409 },
  cancelByPost: { from: 202610 },
  usersByRest: { from: 202604 },
  groups: { from: 202303 },
  templatesNeedTypes: { from: 202308 },
} satisfies Record<string, Span>;

/**
 * The capabilities of a master that reports `version` (and, if it is an embedded master, `software: lavaflow` and what it
 * has besides LAVA's features). A
 * release newer than the newest known one is treated like that one, an older one like the oldest; `remark` reports
 * this.
 */
export function capabilitiesOf(
  version: string,
  software: string | undefined,
  features: readonly string[] = [],
): Capabilities {
  if (software === 'lavaflow') return ownMaster(version, features);
  const release = parseRelease(version);
  const number = nearestKnownRelease(release ?? newestKnownRelease);
  return {
    software: 'lava',
    release: version,
    remark: remarkOn(version, release),
    certificates: covers(spans.certificates, number),
    envDut: covers(spans.envDut, number),
    ownFileFlags: covers(spans.ownFileFlags, number),
    emptyDeletes: covers(spans.emptyDeletes, number),
    deviceTypeByRpc: covers(spans.deviceTypeByRpc, number),
    setHealthByRest: covers(spans.setHealthByRest, number),
    reasonByRpc: covers(spans.reasonByRpc, number),
    setWorkerHealthByRest: covers(spans.setWorkerHealthByRest, number),
    cancelByPost: covers(spans.cancelByPost, number),
    usersByRest: covers(spans.usersByRest, number),
    groups: covers(spans.groups, number),
    templatesNeedTypes: covers(spans.templatesNeedTypes, number),
    maintenanceWindows: false,
  };
}

/** Fields that this master has no call for, as `kind.field`, and kinds that it cannot create. */
export function unsupportedFields(capabilities: Capabilities): ReadonlySet<string> {
  const unsupported = new Set<string>();
  if (!capabilities.certificates) unsupported.add('worker.certificate');
  if (!capabilities.envDut) unsupported.add('worker.envDut');
  if (!capabilities.maintenanceWindows) for (const field of embeddedOnly) unsupported.add(field);
  if (!capabilities.groups)
    for (const one of ['', '.members', '.permissions']) unsupported.add(`group${one}`);
  return unsupported;
}

/** Fields whose file this master cannot delete over its API, as `kind.field`. */
export function undeletableFields(capabilities: Capabilities): ReadonlySet<string> {
  const files = [
    'template.text',
    'health-check.job',
    'worker.env',
    'worker.envDut',
    'worker.dispatcherConfig',
    'worker.certificate',
  ];
  return new Set(capabilities.emptyDeletes ? [] : [...files, 'device.dictionary']);
}

function ownMaster(version: string, features: readonly string[]): Capabilities {
  return {
    software: 'lavaflow',
    release: version,
    remark: null,
    certificates: true,
    envDut: true,
    ownFileFlags: true,
    emptyDeletes: true,
    deviceTypeByRpc: true,
    setHealthByRest: true,
    // The embedded master records the revision of each change.
    reasonByRpc: false,
    setWorkerHealthByRest: false,
    cancelByPost: true,
    usersByRest: true,
    groups: true,
    // One transaction: the order of its changes is not visible.
    templatesNeedTypes: false,
    maintenanceWindows: features.includes('maintenance-windows'),
  };
}

function remarkOn(version: string, number: number | null): string | null {
  if (number === null)
    return `'${version}' is not a LAVA release; the master is treated like ${formatRelease(newestKnownRelease)}`;
  if (number > newestKnownRelease)
    return `LAVA ${version} is newer than any release that lavaflow knows; it is treated like ${formatRelease(newestKnownRelease)}`;
  if (number < oldestKnownRelease)
    return `LAVA ${version} is older than any release that lavaflow knows; it is treated like ${formatRelease(oldestKnownRelease)}`;
  return null;
}

function covers(span: Span, number: number): boolean {
  return number >= span.from && number <= (span.to ?? Infinity);
}
