import type { FieldValue, ObjectKind } from './configuration.js';

/** The value of a field that nobody has set. */
export interface FieldDefault {
  readonly value: FieldValue;
  /** Whether another value gives somebody access: to the master, to boards, or to what a worker can reach. */
  readonly grants: boolean;
  /** Whether a value that lavaflow wrote returns to this one when the lab no longer declares it. Every grant does. */
  readonly returns: boolean;
}

/** The default if another value grants nothing. */
function plain(value: FieldValue): FieldDefault {
  return { value, grants: false, returns: false };
}

/** The default if every other value grants something. */
function grant(value: FieldValue): FieldDefault {
  return { value, grants: true, returns: true };
}

/** The default of a field that only the lab sets: nobody else could reset it. */
function ofLab(value: FieldValue): FieldDefault {
  return { value, grants: false, returns: true };
}

/** Fields, as `kind.field`, that a stock LAVA does not have and nobody expects there. */
export const embeddedOnly: ReadonlySet<string> = new Set([
  'worker.maintenanceWindows',
  'device.maintenanceWindows',
]);

/**
 * What each field of a new object is on a master (LAVA's model defaults, the same in 2020.05 to 2026.10). Without an
 * entry, a field has no default: a device always has a type, a template is its text, and the health of devices and
 * workers is a state that people and health checks change every day.
 */
export const fieldDefaults: Readonly<Record<ObjectKind, Readonly<Record<string, FieldDefault>>>> = {
  group: { members: grant([]), permissions: grant([]) },
  template: {},
  'health-check': {},
  'device-type': {
    description: plain(null),
    display: plain(true),
    aliases: plain([]),
    healthCheckFrequency: plain({ every: 24, unit: 'hours' }),
    healthChecksDisabled: plain(false),
    architecture: plain(null),
    processor: plain(null),
    cpuModel: plain(null),
    bits: plain(null),
    cores: plain([]),
    coreCount: plain(null),
    permissions: grant([]),
  },
  worker: {
    description: plain(null),
    jobLimit: plain(0),
    // They contain credentials for jobs, and what jobs may read and start.
    env: grant(null),
    envDut: grant(null),
    dispatcherConfig: grant(null),
    certificate: grant(null),
    maintenanceWindows: ofLab([]),
  },
  device: {
    worker: plain(null),
    description: plain(null),
    version: plain(null),
    physicalOwner: grant(null),
    physicalGroup: grant(null),
    tags: grant([]),
    permissions: grant([]),
    dictionary: plain(null),
    maintenanceWindows: ofLab([]),
  },
};
