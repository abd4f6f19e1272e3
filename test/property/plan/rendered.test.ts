import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createEnvironment } from '../../../src/jinja/index.js';
import { DeviceChecker } from '../../../src/job/index.js';
import { fieldsOf, keyOf, type Change, type ConfigurationObject } from '../../../src/model/index.js';
import {
  digestFields,
  makePlan,
  noConsents,
  pendingChanges,
  planFromJson,
  planToJson,
  renderedDifferences,
  type Plan,
} from '../../../src/plan/index.js';
import { desiredMaster, deviceType, policy } from '../../support/lab/desired.js';
import { complete } from '../../support/targets/model-master.js';

const names = ['t0', 't1', 't2'] as const;
const reference = fc
  .constantFrom(...names)
  .chain((name) =>
    fc.constantFrom(`{% include '${name}.jinja2' %}\n`, `{% include '${name}.jinja2' ignore missing %}\n`),
  );
const piece = fc.constantFrom(
  'usb_sleep: 1\n',
  'usb_sleep: 2\n',
  "board_id: '{{ v }}'\n",
  'parameters: {c: {{ v + 1 }} }\n',
  '{# nothing #}\n',
  '\n',
);
/** Each uses only those before it, so that none uses itself. */
const templates = fc.tuple(piece, piece, piece, fc.nat(7)).map(([a, b, c, shape]) => [
  { kind: 'template', name: 't0', fields: { text: a } },
  { kind: 'template', name: 't1', fields: { text: (shape & 1 ? `{% include 't0.jinja2' %}` : '') + b } },
  { kind: 'template', name: 't2', fields: { text: (shape & 2 ? `{% include 't1.jinja2' %}` : '') + c } },
]);
const dictionary = fc
  .tuple(
    fc.constantFrom('', '{% set v = 1 %}', '{% set v = 2 %}'),
    fc.array(fc.oneof(reference, piece), { maxLength: 2 }),
  )
  .map(([set, body]) => `${set}flash_cmds_order: []\n${body.join('')}`);
const devices = fc.dictionary(fc.constantFrom('d0', 'd1', 'd2', 'd3'), dictionary, { noNullPrototype: true });

const lab = fc
  .record({ templates, devices, left: fc.subarray([...names]) })
  .map(({ templates: all, devices: boards, left }): ConfigurationObject[] => [
    deviceType('qemu'),
    ...(all as ConfigurationObject[]).filter(({ name }) => !(left as string[]).includes(name)),
    ...Object.entries(boards).map(([name, text]): ConfigurationObject => ({
      kind: 'device',
      name,
      fields: { deviceType: 'qemu', dictionary: text },
    })),
  ]);

type Files = ReadonlyMap<string, string>;

function filesOf(objects: readonly ConfigurationObject[]): Files {
  const files = objects.flatMap((object): [string, string][] => {
    const { text, dictionary: own } = fieldsOf(object);
    const content = object.kind === 'template' ? text : own;
    return typeof content === 'string' ? [[`${object.name}.jinja2`, content]] : [];
  });
  return new Map(files);
}

function after(files: Files, changes: readonly Change[]): Files {
  const written = new Map(files);
  for (const [name, text] of filesOf(changes.map(({ object, fields }) => writtenOf(object, fields))))
    written.set(name, text);
  return written;
}

function writtenOf(object: ConfigurationObject, fields: Change['fields']): ConfigurationObject {
  const values = Object.fromEntries(fields.map(({ field, after: value }) => [field, value]));
  return { kind: object.kind, name: object.name, fields: values } as ConfigurationObject;
}

/** Independent of the code under test: a new environment for each query. */
function render(files: Files, device: string): string {
  const loader = {
    load: (name: string) => {
      const text = files.get(name);
      return text === undefined ? null : { text, file: name };
    },
  };
  if (!files.has(`${device}.jinja2`)) return 'none';
  try {
    const text = createEnvironment({ loader }).render(`${device}.jinja2`);
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .join('\n');
  } catch {
    return 'fails';
  }
}

function isRejected(text: string): boolean {
  return new DeviceChecker(202301).check(text).kind !== 'accepted';
}

function planOf(
  before: readonly ConfigurationObject[],
  wanted: readonly ConfigurationObject[],
  software: string,
): Plan {
  const observed = {
    software,
    release: '2023.01',
    objects: new Map(before.map((one) => [keyOf(one), complete(one)])),
    unreadable: [],
    unsupported: new Set<string>(),
    builtIn: new Set<never>(),
  };
  const plan = makePlan({
    desired: desiredMaster(wanted),
    observed,
    lastApplied: {
      master: 'main',
      repository: '/lab',
      revision: 'a',
      fingerprint: 'f',
      appliedAt: '2026-01-01T00:00:00Z',
      objects: new Map(before.map((one) => [keyOf(one), digestFields(one)])),
      retired: new Set(),
    },
    policy,
    mode: 'enforce',
    consents: noConsents,
    repository: '/lab',
    revision: 'b',
    targetUrl: 'https://lava.example.com',
  });
  const { changes } = plan;
  return {
    ...plan,
    rendered: renderedDifferences({ changes, observed, shown: new Map(), sources: new Map() }),
  };
}

describe('rendered differences', () => {
  it('have every device whose configuration changes in exactly one entry, of the right kind', () => {
    fc.assert(
      fc.property(lab, lab, (before, wanted) => {
        const plan = planOf(before, wanted, 'lavaflow');
        const old = filesOf(before);
        const fresh = after(old, pendingChanges(plan));
        const kinds = new Map<string, string>();
        for (const { kind, devices: group, count } of plan.rendered ?? []) {
          expect(group).toHaveLength(count);
          for (const name of group) {
            expect(kinds.has(name)).toBe(false);
            kinds.set(name, kind);
          }
        }
        for (const name of ['d0', 'd1', 'd2', 'd3']) {
          const [a, b] = [render(old, name), render(fresh, name)];
          const kind = kinds.get(name);
          if (a === b) expect([undefined, 'unchanged', 'broken']).toContain(kind);
          else if (b === 'fails') expect(kind).toBe('breaks');
          else if (isRejected(b) && (a === 'none' || a === 'fails' || !isRejected(a)))
            expect(kind).toBe('rejects');
          else if (a === 'fails') expect(kind).toBe('recovers');
          else if (a === 'none') expect(kind).toBe('new');
          else expect(kind).toBe(isRejected(a) && !isRejected(b) ? 'accepts' : 'changes');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(lab, lab, (before, wanted) => {
        const plan = planOf(before, wanted, 'lava');
        expect(planFromJson(JSON.parse(JSON.stringify(planToJson(plan))))).toEqual(plan);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the order of a plan on LAVA', () => {
  it('gives a job in between the old or the new configuration, or a note reports that it may not', () => {
    let tried = 0;
    fc.assert(
      fc.property(lab, lab, (before, wanted) => {
        const plan = planOf(before, wanted, 'lava');
        if (plan.remarks.some((remark) => remark.includes('a mixture'))) return;
        const old = filesOf(before);
        const writes = pendingChanges(plan).filter(({ verb }) => verb !== 'retire');
        const fresh = after(old, writes);
        for (const { name } of before.filter(({ kind }) => kind === 'device')) {
          const ends = [render(old, name), render(fresh, name)];
          if (ends.includes('fails')) continue;
          for (let count = 1; count < writes.length; count++) {
            expect(ends).toContain(render(after(old, writes.slice(0, count)), name));
            tried++;
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThan(100);
  });
});
