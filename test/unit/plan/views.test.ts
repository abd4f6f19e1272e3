import { describe, expect, it } from 'vitest';

import { UsageError } from '../../../src/diagnostics/index.js';
import type { ConfigurationObject, ObservedMaster } from '../../../src/model/index.js';
import { formatPlanMarkdown, formatPlanText, planFromJson, planToJson } from '../../../src/plan/index.js';
import { device, smallLab, template, worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

function planBetween(
  before: readonly ConfigurationObject[],
  after: readonly ConfigurationObject[],
  view: Partial<ObservedMaster> = {},
) {
  return planOf({
    master: before,
    record: before.filter(({ name }) => !name.startsWith('stray')),
    view,
    lab: after,
    blocked: [['device/broken', ['dictionary-syntax']]],
  });
}

const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, index) => `${text} ${index}\n`).join('');

describe('text', () => {
  it('shows a plan', () => {
    const before = [
      ...smallLab(2),
      template('base', 'one\ntwo\nthree\n'),
      ...['a', 'b', 'c'].map((x) => worker(`stray-${x}`)),
    ];
    const after = [...smallLab(1), device('board-3'), template('base', 'one\n2\nthree\n')]
      .map((one) =>
        one.kind === 'worker'
          ? worker('w1', { ...one.fields, description: 'moved', certificate: 'key\n' })
          : one,
      )
      .map((one) => (one.name === 'board-1' ? device('board-1', { tags: ['b', 'c'] }) : one));
    const plan = planBetween(before, after, { unsupported: new Set(['worker.certificate']) });
    const text = formatPlanText(plan, { color: false, diffs: true, maxUnnamed: 2 });
    expect(text).toBe(`main (https://lava.example.com, LAVA 2023.01), revision bbbbbbbbbbbb

  ~ update template/base
      text: (3 lines) -> (3 lines)
        @@ -1,3 +1,3 @@
         one
        -two
        +2
         three
  ~ update worker/w1
      description: "the first" -> "moved"
  ~ update device/board-1
      tags: - "a", + "b", + "c"
  + create device/board-3
      deviceType: "qemu"
      dictionary: (1 line)
      worker: "w1"
  - retire device/board-2
      health: "Unknown" -> "Retired"
  ! report worker/w1: unsupported on LAVA 2023.01
      certificate: (1 line)
  = keep   device/broken: its files have findings: dictionary-syntax

  On the master but not in the lab (left alone): 3
    worker/stray-a
    worker/stray-b
    … and 1 more

1 to create, 3 to update, 1 to retire; 1 kept, 4 reported.
`);
  });

  it('shows the frequency of health checks in words', () => {
    const type = (every: number): ConfigurationObject => ({
      kind: 'device-type',
      name: 'qemu',
      fields: { aliases: [], healthCheckFrequency: { every, unit: 'hours' } },
    });
    const plan = planBetween([type(24)], [type(3)]);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      'healthCheckFrequency: every 24 hours -> every 3 hours\n',
    );
  });

  it('reports that there is nothing to do', () => {
    const text = formatPlanText(planBetween([], []), { color: false, diffs: true });
    expect(text).toContain('Nothing to do; 1 kept.');
  });

  it('truncates long diffs, omits useless ones, and shows none if they are not requested', () => {
    const text = (after: string, diffs = true) =>
      formatPlanText(planBetween([template('base', lines(200))], [template('base', after)]), {
        color: false,
        diffs,
        maxDiffLines: 5,
      });
    expect(text(lines(200, 'other'))).toContain('… 396 more lines');
    expect(text(lines(5000, 'other'))).toContain('(too different to show as a diff)');
    expect(text(lines(200, 'other'), false)).not.toContain('@@');
  });

  it('never prints control characters of a text to the terminal', () => {
    const hostile = 'a\u001b[2Jb\u202ec\rd\n';
    const text = formatPlanText(
      planBetween(
        [template('base', 'a\n'), worker('w1')],
        [template('base', hostile), worker('w1', { description: hostile }), worker(hostile)],
      ),
      { color: false, diffs: true },
    );
    // eslint-disable-next-line no-control-regex -- exactly these must not occur
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain('\\u001b[2J');
  });

  it('uses colors only if requested', () => {
    const plan = planBetween([], [worker('w1')]);
    expect(formatPlanText(plan, { color: true, diffs: true })).toContain('\u001b[32m');
    expect(formatPlanText(plan, { color: false, diffs: true })).not.toContain('\u001b');
  });
});

describe('markdown', () => {
  it('has a table, folded details and the fingerprint', () => {
    const plan = planBetween([template('base', 'a\n')], [template('base', 'b\n'), worker('w1')]);
    const text = formatPlanMarkdown(plan);
    expect(text).toContain('| update | <code>template/base</code> | text | this change |');
    expect(text).toContain(
      '<details><summary>update <code>template/base</code></summary>\n\n```diff\ntext: (1 line) -> (1 line)\n@@ -1,1 +1,1 @@\n-a\n+b\n```\n\n</details>',
    );
    expect(text).toContain(plan.fingerprint);
  });

  it('escapes every part of a hostile text', () => {
    const hostile = '@octocat | </details><script>x</script> [a](http://b) #1 `````\n# top\n';
    const plan = planBetween(
      [template('base', 'a\n'), worker('w1')],
      [template('base', hostile), worker('w1', { description: hostile }), worker(hostile)],
      { unreadable: [{ kind: 'worker', name: 'w1', field: 'description', reason: hostile }] },
    );
    const text = formatPlanMarkdown(plan);
    const fences = text.matchAll(/^(`{3,})diff\n([^]*?)\n\1$/gm);
    const outside = [...fences].reduce((rest, fence) => rest.replace(fence[0], ''), text);
    expect(outside).not.toMatch(/@octocat|<script|\]\(|(?<!&)#1/);
    expect(outside.match(/<\/details>/g)).toHaveLength(outside.match(/<details>/g)?.length ?? 0);
    const rows = outside.split('\n').filter((line) => line.startsWith('| '));
    expect(new Set(rows.map((row) => row.match(/\|/g)?.length))).toEqual(new Set([5]));
    // A mention outside code is broken up even after entities are decoded.
    expect(outside).toContain('&#64;&#8203;octocat');
  });

  it('fits into a comment', () => {
    const after = Array.from({ length: 900 }, (_, index) =>
      device(`board-${index}`, { dictionary: lines(50) }),
    );
    const text = formatPlanMarkdown(planBetween([], after));
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('too long for a comment');
  });
});

describe('JSON', () => {
  const plan = planBetween(smallLab(2), [...smallLab(1), device('board-3')]);
  type Json = Record<string, unknown>;
  const json = () => JSON.parse(JSON.stringify(planToJson(plan))) as Json;
  const replaced = (value: unknown, from: string, to: string) =>
    JSON.parse(JSON.stringify(value).replaceAll(from, to)) as unknown;

  it('is the same after a round trip', () => {
    expect(planFromJson(json())).toEqual(plan);
  });

  const edits: [string, (value: Json) => unknown][] = [
    ['something else', () => 'hello'],
    ['null', () => null],
    ['another format', (value) => ({ ...value, format: 'terraform' })],
    ['a later version', (value) => ({ ...value, version: 2 })],
    ['a missing part', (value) => ({ ...value, changes: undefined })],
    ['an unknown part', (value) => ({ ...value, extra: 1 })],
    ['a wrong verb', (value) => replaced(value, '"verb":"create"', '"verb":"destroy"')],
    [
      'an edited value',
      ({ changes, ...value }) => ({ ...value, changes: replaced(changes, 'qemu.jinja2', 'evil') }),
    ],
    ['a removed change', (value) => ({ ...value, changes: (value['changes'] as unknown[]).slice(1) })],
    ['another target', (value) => ({ ...value, targetUrl: 'https://evil.example.com' })],
    [
      'a nest',
      (value) => ({ ...value, changes: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown }),
    ],
    ['a poisoned prototype', (value) => replaced(value, '"format"', '"__proto__":{"a":1},"format"')],
  ];
  it.each(edits)('is rejected with %s', (_name, edit) => {
    expect(() => planFromJson(edit(json()))).toThrow(UsageError);
  });
});

describe('notes about the master', () => {
  it('are in every view', () => {
    const plan = planBetween([], smallLab(), {
      remarks: ['LAVA 2031.01 is newer than lavaflow knows\u001b[31m'],
    });
    const text = formatPlanText(plan, { color: false, diffs: false });
    expect(text).toContain('note: LAVA 2031.01 is newer than lavaflow knows');
    expect(text).not.toContain('\u001b');
    expect(formatPlanMarkdown(plan)).toContain('is newer than lavaflow knows');
    expect(planFromJson(JSON.parse(JSON.stringify(planToJson(plan)))).remarks).toEqual(plan.remarks);
  });
});
