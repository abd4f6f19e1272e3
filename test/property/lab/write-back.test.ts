import fc from 'fast-check';
import { expect, test } from 'vitest';

import { loadLab, writeBack, type FileMap, type Taken } from '../../../src/lab/index.js';
import { fieldsOf, sameValue, type FieldValue, type Lab, type ObjectKey } from '../../../src/model/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const texts: Readonly<Record<string, string>> = {
  ...smallLab,
  'device-dictionaries/board-1.jinja2': `{% extends 'board.jinja2' %}
{%- set sync_to_lava = {
    'device_type': 'board',   "worker": "w1",
    "tags": ["usb",
             'hdmi'], "physical_owner": "ann",
    "group_device_permissions": [["view_device", "staff"]],
} -%}
`,
  'device-dictionaries/lonely-1.yaml': `# alone
kind: Device   # always
description: >-
  on the
  shelf
tags:
- a   # first
# between
- "b"
version: 'B2'
physicalGroup: null
permissions:
  - {group: staff, permission: view_device}
`,
  'device-types/board.yaml':
    'kind: DeviceType\naliases: [plank]\nhealthCheckFrequency: {hours: 24}\ndisplay: true\nbits: 32',
  'workers/w1/worker.yaml':
    'kind: Worker\nsite: here\n\ndescription: |\n  first\n  line\njobLimit: 4 # four\nhealth: Active\n',
  'workers/w1/env.yaml': 'overrides: {A: b}\n',
};

const tag = fc.constantFrom('a', 'b', 'usb', 'hdmi', 'net', 'x_1', 'true', '007');
const tags = fc.uniqueArray(tag, { maxLength: 5 }).map((list) => list.sort());
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '',
    'no',
    'a: b',
    '- x',
    '# y',
    "it's",
    'two\nlines\n',
    '  blank ',
    '{% raw %}',
    '\u00e9\u{1f600}',
    '123',
  ),
);
const permission = fc.record({
  group: fc.constantFrom('staff', 'all', "o'neil"),
  permission: fc.constantFrom('view_device', 'submit_to_device', 'change_device'),
});
const permissions = fc
  .uniqueArray(permission, { maxLength: 3, selector: (one) => `${one.group} ${one.permission}` })
  .map((list) => list.sort((a, b) => (`${a.group} ${a.permission}` < `${b.group} ${b.permission}` ? -1 : 1)));

const fields: readonly (readonly [ObjectKey, string, fc.Arbitrary<FieldValue>])[] = [
  ['device/board-1', 'tags', tags],
  ['device/board-1', 'physicalOwner', fc.option(fc.constantFrom('ann', "o'neil", '"q"', 'a\\b', '%}'))],
  ['device/board-1', 'permissions', permissions],
  ['device/board-1', 'worker', fc.constantFrom('w1', null, 'w9')],
  ['device/lonely-1', 'description', fc.option(text)],
  ['device/lonely-1', 'tags', tags],
  ['device/lonely-1', 'version', fc.option(text)],
  ['device/lonely-1', 'physicalGroup', fc.option(fc.constantFrom('staff', 'all'))],
  ['device/lonely-1', 'permissions', permissions],
  ['device-type/board', 'aliases', tags],
  [
    'device-type/board',
    'healthCheckFrequency',
    fc.record({ every: fc.integer({ min: 1, max: 99 }), unit: fc.constantFrom('hours', 'jobs') }),
  ],
  ['device-type/board', 'display', fc.boolean()],
  ['device-type/board', 'bits', fc.option(fc.integer({ min: 1, max: 128 }))],
  ['worker/w1', 'description', fc.option(text)],
  ['worker/w1', 'jobLimit', fc.nat(9)],
  ['worker/w1', 'health', fc.constantFrom('Active', 'Maintenance', 'Retired')],
  ['worker/w1', 'env', fc.option(fc.constantFrom('overrides: {A: c}\n', 'purge: true', 'no env'))],
  ['template/lonely', 'text', fc.constantFrom('x: 2\n', 'x: 3', '{{ broken')],
];

const changes = fc
  .tuple(
    ...fields.map(([, , value]) =>
      fc.option(
        value.map((one) => [one]),
        { freq: 2 },
      ),
    ),
  )
  .map((values) =>
    values.flatMap((value, index): Taken[] => {
      const [key, field] = fields[index] ?? [];
      if (value === null || key === undefined || field === undefined) return [];
      return [{ key, field, found: value[0] }];
    }),
  );

function valuesOf(lab: Lab | null): Map<string, FieldValue> {
  const values = new Map<string, FieldValue>();
  for (const [key, object] of lab?.desired.get('main')?.objects ?? []) {
    for (const [field, value] of Object.entries(fieldsOf(object))) {
      if (value !== undefined) values.set(`${key} ${field}`, value);
    }
  }
  return values;
}

test('the lab then specifies what is written back, and nothing else changes', () => {
  const before = loadLab(labOf(texts));
  expect(before.broken.size).toBe(0);
  const old = valuesOf(before.lab);
  fc.assert(
    fc.property(changes, (taken) => {
      const outcome = writeBack(labOf(texts), taken, { master: 'main', stored: (object) => object });
      const after = loadLab(edited(outcome.files));
      expect([...after.broken]).toEqual([]);
      const now = valuesOf(after.lab);

      const written = new Set(outcome.written.map(({ key, field }) => `${key} ${field}`));
      for (const { key, field, found = null } of taken) {
        const id = `${key} ${field ?? ''}`;
        expect(written.has(id)).not.toBe(outcome.left.some((one) => `${one.key} ${one.field ?? ''}` === id));
        if (written.has(id))
          expect(now.get(id) ?? null).toEqual(isEmpty(found) ? (now.get(id) ?? null) : found);
        if (written.has(id) && isEmpty(found)) expect(isEmpty(now.get(id) ?? null)).toBe(true);
      }
      const follows = new Set(outcome.follows.map(({ key, field }) => `${key} ${field}`));
      for (const id of new Set([...old.keys(), ...now.keys()])) {
        if (!written.has(id) && !follows.has(id)) expect([id, now.get(id)]).toEqual([id, old.get(id)]);
      }
      expect(
        [...outcome.files.keys()].every((path) => outcome.written.some((one) => one.path === path)),
      ).toBe(true);
      expect([...follows].every((id) => id === 'device/board-1 dictionary')).toBe(true);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('what the lab already specifies stays unchanged', () => {
  const { lab } = loadLab(labOf(texts));
  const taken = fields.flatMap(([key, field]): Taken[] => {
    const object = lab?.desired.get('main')?.objects.get(key);
    const found = object === undefined ? undefined : fieldsOf(object)[field];
    return found === undefined ? [] : [{ key, field, found }];
  });
  expect(taken.length).toBeGreaterThan(15);
  const outcome = writeBack(labOf(texts), taken, { master: 'main', stored: (object) => object });
  expect(outcome.left).toEqual([]);
  const before = valuesOf(lab);
  for (const [id, value] of valuesOf(loadLab(edited(outcome.files)).lab)) {
    expect(sameValue(value, before.get(id))).toBe(true);
  }
});

function isEmpty(value: FieldValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function edited(changed: ReadonlyMap<string, string | null>): FileMap {
  const all = new Map<string, string | null>([...Object.entries(texts), ...changed]);
  return labOf(Object.fromEntries([...all].flatMap(([path, one]) => (one === null ? [] : [[path, one]]))));
}
