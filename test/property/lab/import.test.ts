import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../../src/lava/normalise.js';
import { fieldsOf, type ConfigurationObject, type ObjectKey } from '../../../src/model/index.js';
import { verdictOfPlan } from '../../../src/plan/index.js';
import { importOf, planAfter } from '../../support/lab/import-lab.js';

const plainNames = ['board', 'qemu', 'base', 'w1', 'w2', 'rack-1', 'b.health-check', 'Board', '007', 'a@b'];
const oddNames = [
  '..',
  '.',
  'a/b',
  'lava-logs',
  '.git',
  'con:1',
  '-x',
  'é',
  'README.md',
  'x\n- y',
  'con\u202e',
  '',
];
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...plainNames) },
  { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
);

/** Texts that YAML could misinterpret or fail to parse. */
const text = fc.oneof(
  fc.constantFrom(
    'no',
    '007',
    '~',
    '',
    ' ',
    'a: b',
    '# no comment',
    '- x',
    '"',
    "'",
    '{',
    '%YAML',
    '---',
    '...',
  ),
  fc.constantFrom(
    'one\ntwo\n',
    '\n',
    'trailing \n',
    ' leading',
    '\ttab',
    'a\r\nb\r',
    'é\u2028\u0085\ufeff',
    '1e3',
    '<<',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...Array.from(': #-?{}[]&*!|>\'"%@`,\n\t\\ xé')), maxLength: 20 }),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const names = fc.uniqueArray(name, { maxLength: 3 });
const quoted = (value: string) => JSON.stringify(value);

const sync = fc
  .record(
    {
      device_type: name.map(quoted),
      worker: name.map(quoted),
      tags: fc
        .uniqueArray(fc.constantFrom('usb', 'hdmi', 'no tag'), { maxLength: 2 })
        .map((tags) => JSON.stringify(tags)),
      aliases: names.map((aliases) => JSON.stringify(aliases)),
      physical_owner: fc.constantFrom('"ann"', '7', 'computed()'),
      group_device_permissions: fc.constantFrom('[["view_device", "staff"]]', '[]', '{}'),
    },
    { requiredKeys: [] },
  )
  .map(
    (entries) =>
      `{% set sync_to_lava = {${Object.entries(entries)
        .map(([key, value]) => `"${key}": ${value}`)
        .join(', ')}} %}\n`,
  );

const templateText = fc.oneof(
  name.map((from) => `{% extends '${from}.jinja2' %}\n`),
  name.map((from) => `{% include "${from}.jinja2" %}{% import 'lab.jinja2' as lab %}`),
  fc.constantFrom(
    'actions: {}\n',
    '{% if %}',
    'no newline',
    '{% extends template %}',
    '{# -----BEGIN RSA PRIVATE KEY----- #}',
  ),
  text,
);
const dictionary = fc.oneof(
  fc.tuple(name, fc.option(sync, { nil: '' })).map(([from, set]) => `{% extends '${from}.jinja2' %}\n${set}`),
  templateText,
);
const permissions = fc.uniqueArray(
  fc.record({
    group: fc.constantFrom('staff', 'lab', ''),
    permission: fc.constantFrom('view', 'submit_to', 'change'),
  }),
  { maxLength: 2, selector: ({ group, permission }) => `${group} ${permission}` },
);
const permissionsOn = (noun: string) =>
  permissions.map((list) =>
    list.map(({ group, permission }) => ({ group, permission: `${permission}_${noun}` })),
  );

const fieldsByKind = {
  group: fc.record({
    members: fc.uniqueArray(fc.constantFrom('ann', 'bob', 'no user'), { maxLength: 3 }),
    permissions: fc.subarray(['lava_scheduler_app.device.add_device', 'x.y.z']),
  }),
  template: fc.record({ text: templateText }),
  'health-check': fc.record({
    job: fc.oneof(
      text,
      fc
        .constantFrom('a', 'b')
        .map((job) => `job_name: ${job}\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n`),
    ),
  }),
  'device-type': fc.record({
    description: orNull(text),
    display: fc.boolean(),
    aliases: names,
    healthCheckFrequency: fc.record({
      every: fc.integer({ min: -1, max: 100 }),
      unit: fc.constantFrom('hours', 'jobs'),
    }),
    healthChecksDisabled: fc.boolean(),
    architecture: orNull(text),
    bits: orNull(fc.integer({ min: -1, max: 256 })),
    cores: fc.uniqueArray(text, { maxLength: 2 }),
    permissions: permissionsOn('devicetype'),
  }),
  worker: fc.record({
    description: orNull(text),
    health: fc.constantFrom('Active', 'Maintenance', 'Retired'),
    jobLimit: fc.integer({ min: -1, max: 3 }),
    env: orNull(fc.oneof(text, fc.constant('overrides: {A: "b"}\n'))),
    envDut: fc.constant(null),
    dispatcherConfig: orNull(fc.oneof(text, fc.constant('dispatcher_ip: 10.0.0.1\n'))),
    certificate: orNull(text),
  }),
  device: fc.record({
    deviceType: name,
    worker: orNull(name),
    description: orNull(text),
    health: fc.constantFrom('Good', 'Bad', 'Maintenance', 'Retired'),
    version: orNull(text),
    physicalOwner: orNull(text),
    physicalGroup: orNull(fc.constantFrom('lab', 'x'.repeat(200))),
    tags: fc.uniqueArray(fc.constantFrom('usb', 'hdmi', 'no tag'), { maxLength: 3 }),
    permissions: permissionsOn('device'),
    dictionary: orNull(dictionary),
  }),
};

const object = fc
  .constantFrom('group', 'template', 'device-type', 'health-check', 'worker', 'device')
  .chain((kind) =>
    fc.record({ kind: fc.constant(kind), name, fields: fieldsByKind[kind] }),
  ) as fc.Arbitrary<ConfigurationObject>;

/** As LAVA stores it: references are always valid, except in files, which may refer to anything. */
const master = fc
  .uniqueArray(object, { maxLength: 16, selector: ({ kind, name: own }) => `${kind}/${own}` })
  .map((objects) => {
    const stored = objects.map(normalise).filter((one) => !isEmptyFile(one));
    const rows: ConfigurationObject[] = [];
    for (const { kind, fields } of stored) {
      if (kind !== 'device') continue;
      rows.push({ kind: 'device-type', name: fields.deviceType ?? '', fields: {} });
      if (fields.worker != null) rows.push({ kind: 'worker', name: fields.worker, fields: {} });
    }
    const byKey = new Map(
      [...rows, ...stored].map((one): [ObjectKey, ConfigurationObject] => [`${one.kind}/${one.name}`, one]),
    );
    return [...byKey.values()];
  });

function isEmptyFile(one: ConfigurationObject): boolean {
  const isFile = one.kind === 'template' || one.kind === 'health-check';
  return isFile && Object.values(fieldsOf(one)).every((value) => value === null);
}

it('is a lab without errors whose plan is empty, whatever is on the master', async () => {
  await fc.assert(
    fc.asyncProperty(master, async (objects) => {
      const imported = await importOf(objects);
      const { plan, findings, desired } = await planAfter(imported, imported.target);

      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(verdictOfPlan(plan).code).toBe(0);
      expect(plan.changes.filter(({ hold }) => hold !== 'unnamed')).toEqual([]);
      expect(imported.target.writes).toBe(0);
      for (const path of imported.texts.keys()) {
        expect(path).not.toMatch(/[\p{Cc}\\:]|(^|\/)\.{1,2}(\/|$)|^\/|\/\/|\.git\//u);
      }
      // Every object is in the lab or listed, and every dictionary is byte for byte what the master has, or listed.
      const left = new Set(imported.leftOut.map(({ key, field }) => `${key} ${field ?? ''}`));
      for (const [key, one] of imported.target.rows) {
        if (left.has(`${key} `)) continue;
        expect([...desired.objects.keys()]).toContain(key);
        if (one.kind !== 'device' || one.fields.dictionary == null || left.has(`${key} dictionary`)) continue;
        expect(imported.texts.get(`device-dictionaries/${one.name}.jinja2`)).toBe(one.fields.dictionary);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
