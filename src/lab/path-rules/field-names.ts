import type { ObjectKind, ObjectOf } from '../../model/index.js';

type FieldNames = { readonly [K in ObjectKind]: readonly (keyof ObjectOf<K>['fields'])[] };

/** The fields that a lab can specify, by kind. */
export const fieldNames: FieldNames = {
  group: ['members', 'permissions'],
  template: ['text'],
  'device-type': [
    'description',
    'display',
    'aliases',
    'healthCheckFrequency',
    'healthChecksDisabled',
    'architecture',
    'processor',
    'cpuModel',
    'bits',
    'cores',
    'coreCount',
    'permissions',
  ],
  'health-check': ['job'],
  worker: [
    'description',
    'health',
    'jobLimit',
    'env',
    'envDut',
    'dispatcherConfig',
    'certificate',
    'maintenanceWindows',
  ],
  device: [
    'deviceType',
    'worker',
    'description',
    'health',
    'version',
    'physicalOwner',
    'physicalGroup',
    'tags',
    'permissions',
    'dictionary',
    'maintenanceWindows',
  ],
};

/** The keys of sync_to_lava, by the field of a device (or, for `aliases`, of its type). */
export const syncNames: Readonly<Record<string, string>> = {
  deviceType: 'device_type',
  worker: 'worker',
  tags: 'tags',
  aliases: 'aliases',
  physicalOwner: 'physical_owner',
  physicalGroup: 'physical_group',
  permissions: 'group_device_permissions',
};

/** The files next to worker.yaml, by the field that contains their text. */
export const workerFiles = {
  env: { part: 'env', base: 'env.yaml' },
  envDut: { part: 'env-dut', base: 'env-dut.yaml' },
  dispatcherConfig: { part: 'dispatcher', base: 'dispatcher.yaml' },
  certificate: { part: 'certificate', base: 'certificate.key' },
} as const;
