import fc from 'fast-check';

import type {
  ConfigurationObject,
  DriftMode,
  ObjectKey,
  UndeclaredPolicy,
  Unreadable,
} from '../../../src/model/index.js';
import type { Consents } from '../../../src/plan/index.js';

const names = ['a', 'b', 'c'] as const;
const text = fc.constantFrom<string | null>(null, 'one\n', 'one\ntwo\n', 'x');
const tags = fc.subarray(['t1', 't2', 't3']);

function permissionsOn(noun: string) {
  return fc
    .subarray([...names], { maxLength: 2 })
    .map((groups) => groups.map((group) => ({ group, permission: `view_${noun}` })));
}

/** Fields that may be missing: the lab does not specify them. */
function stated(fields: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record(fields, { requiredKeys: [] });
}

const members = fc.subarray(['ann', 'bob', 'eve']);

const fieldsByKind = {
  group: stated({ members, permissions: fc.subarray(['x.device.add_device', 'x.device.view_device']) }),
  template: fc.record({ text: fc.constantFrom('one\n', 'two\n', 'three\n') }),
  'health-check': fc.record({ job: fc.constantFrom('one\n', 'two\n') }),
  'device-type': stated({
    description: text,
    display: fc.boolean(),
    aliases: tags,
    permissions: permissionsOn('devicetype'),
    healthCheckFrequency: fc.constantFrom({ every: 24, unit: 'hours' }, { every: 3, unit: 'jobs' }),
  }),
  worker: stated({
    description: text,
    health: fc.constantFrom('Active', 'Maintenance', 'Retired'),
    jobLimit: fc.integer({ min: 0, max: 3 }),
    env: text,
    certificate: text,
  }),
  device: fc
    .tuple(
      fc.record({ deviceType: fc.constantFrom(...names) }),
      stated({
        worker: fc.constantFrom<string | null>(null, ...names),
        description: text,
        health: fc.constantFrom('Good', 'Unknown', 'Bad', 'Maintenance', 'Retired'),
        tags,
        physicalGroup: fc.constantFrom<string | null>(null, ...names),
        permissions: permissionsOn('device'),
        dictionary: text,
      }),
    )
    .map(([type, rest]) => ({ ...type, ...rest })),
};
export const kinds = ['group', 'template', 'device-type', 'health-check', 'worker', 'device'] as const;

const object: fc.Arbitrary<ConfigurationObject> = fc
  .constantFrom(...kinds)
  .chain((kind) =>
    fc.record({ kind: fc.constant(kind), name: fc.constantFrom(...names), fields: fieldsByKind[kind] }),
  ) as fc.Arbitrary<ConfigurationObject>;

/** Objects of one lab or master; names clash between labs on purpose. */
export const objects = fc.uniqueArray(object, {
  maxLength: 12,
  selector: ({ kind, name }) => `${kind}/${name}`,
});

export const key: fc.Arbitrary<ObjectKey> = fc
  .tuple(fc.constantFrom(...kinds), fc.constantFrom(...names))
  .map(([kind, name]): ObjectKey => `${kind}/${name}`);

const selection = fc.oneof(
  fc.constantFrom('none' as const, 'all' as const),
  fc.array(key, { maxLength: 4 }).map((keys) => new Set(keys)),
);

export const consents: fc.Arbitrary<Consents> = fc.record({
  adopt: selection,
  allowDelete: selection,
  force: fc.constant('the test'),
});

export const mode = fc.constantFrom<DriftMode>('observe', 'warn', 'enforce');
export const prune = fc.constantFrom('retire' as const, 'report' as const);
export const undeclared = fc.constantFrom<UndeclaredPolicy>('unmanaged', 'default');

export const blocked = fc.array(
  key.map((one) => [one, ['dictionary-syntax']] as const),
  { maxLength: 3 },
);

export const unreadable: fc.Arbitrary<Unreadable[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom(...kinds), reason: fc.constant('HTTP 502') }),
    fc.record({
      kind: fc.constantFrom(...kinds),
      name: fc.constantFrom(...names),
      reason: fc.constant('HTTP 502'),
    }),
    fc.record({
      kind: fc.constantFrom(...kinds),
      name: fc.constantFrom(...names),
      field: fc.constantFrom('description', 'health', 'worker', 'text', 'env'),
      reason: fc.constant('HTTP 403'),
    }),
    fc.record({
      kind: fc.constantFrom(...kinds),
      field: fc.constantFrom('description', 'health'),
      reason: fc.constant('HTTP 403'),
    }),
  ),
  { maxLength: 2 },
);

export const unsupported = fc
  .subarray([
    'worker.certificate',
    'device-type.healthCheckFrequency',
    'health-check.job',
    'group',
    'group.members',
  ])
  .map((fields) => new Set(fields));
