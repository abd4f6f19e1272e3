import { parseRelease } from './release.js';

/** What the calls of one master can do. Decided by its release; see docs/stock-lava.md for the table in words. */
export interface Capabilities {
  readonly software: 'lava' | 'lavaflow';
  /** As the master says it. */
  readonly release: string;
  /** Something that a person should know about how the release was taken, or null. */
  readonly remark: string | null;
  /** `scheduler.workers.get_certificate` and `set_certificate`. */
  readonly certificates: boolean;
  /** `scheduler.workers.get_env_dut` and `set_env_dut`. */
  readonly envDut: boolean;
  /** `default_template`, `default_env`...: whether a text that is read is an own file or the one it falls back to. */
  readonly ownFileFlags: boolean;
  /** Writing an empty text deletes the file. */
  readonly emptyDeletes: boolean;
  /** `scheduler.devices.update` takes a device type; otherwise REST does. */
  readonly deviceTypeByRpc: boolean;
  /** `POST /devices/<name>/set_health/`, which takes a reason. */
  readonly setHealthByRest: boolean;
  /** REST lists users and groups; otherwise their names stand only in the form of the browsable API. */
  readonly usersByRest: boolean;
  /** `set_template` and `set_health_check` ask for the device type of that name. */
  readonly templatesNeedTypes: boolean;
}

/** The release from which a capability is there, and the last that has it. */
interface Span {
  readonly from: number;
  readonly to?: number;
}

const oldestKnown = 202005;
const newestKnown = 202607;

const spans = {
  certificates: { from: 202004, to: 202008 },
  envDut: { from: 202201 },
  ownFileFlags: { from: 202204 },
  emptyDeletes: { from: 202204 },
  deviceTypeByRpc: { from: 202204 },
  setHealthByRest: { from: 202108 },
  usersByRest: { from: 202604 },
  templatesNeedTypes: { from: 202308 },
} satisfies Record<string, Span>;

/**
 * The capabilities of a master that says `version` (and, when it is one of ours, `software: lavaflow`).
 * A release newer than the newest known behaves like that, an older one like the oldest; `remark` says so.
 */
export function capabilitiesOf(version: string, software: string | undefined): Capabilities {
  if (software === 'lavaflow') return ownMaster(version);
  const release = parseRelease(version);
  const number = Math.min(newestKnown, Math.max(oldestKnown, release?.number ?? newestKnown));
  return {
    software: 'lava',
    release: version,
    remark: remarkOn(version, release?.number),
    certificates: covers(spans.certificates, number),
    envDut: covers(spans.envDut, number),
    ownFileFlags: covers(spans.ownFileFlags, number),
    emptyDeletes: covers(spans.emptyDeletes, number),
    deviceTypeByRpc: covers(spans.deviceTypeByRpc, number),
    setHealthByRest: covers(spans.setHealthByRest, number),
    usersByRest: covers(spans.usersByRest, number),
    templatesNeedTypes: covers(spans.templatesNeedTypes, number),
  };
}

/** Fields that this master has no call for, as `kind.field`. */
export function unsupportedFields(capabilities: Capabilities): ReadonlySet<string> {
  const unsupported = new Set<string>();
  if (!capabilities.certificates) unsupported.add('worker.certificate');
  if (!capabilities.envDut) unsupported.add('worker.envDut');
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
  ];
  return new Set(capabilities.emptyDeletes ? [] : [...files, 'device.dictionary']);
}

function ownMaster(version: string): Capabilities {
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
    usersByRest: true,
    // One transaction: nobody sees an order.
    templatesNeedTypes: false,
  };
}

function remarkOn(version: string, number: number | undefined): string | null {
  if (number === undefined)
    return `'${version}' names no LAVA release; it is treated like ${name(newestKnown)}`;
  if (number > newestKnown)
    return `LAVA ${version} is newer than lavaflow knows; it is treated like ${name(newestKnown)}`;
  if (number < oldestKnown)
    return `LAVA ${version} is older than lavaflow knows; it is treated like ${name(oldestKnown)}`;
  return null;
}

function covers(span: Span, number: number): boolean {
  return number >= span.from && number <= (span.to ?? Infinity);
}

function name(number: number): string {
  return `${Math.floor(number / 100)}.${String(number % 100).padStart(2, '0')}`;
}
