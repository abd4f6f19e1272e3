import { describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import {
  formatPlanMarkdown,
  formatPlanText,
  planFromJson,
  planToJson,
  remarksOnRejected,
  renderedDifferences,
  unknownTemplates,
  type Plan,
  type RenderedDifference,
  type RenderedInput,
} from '../../../src/plan/index.js';
import { device, template } from '../../support/lab/desired.js';
import { observedMaster, planOf, type Situation } from '../../support/lab/plan-of.js';

interface Parts extends Situation {
  readonly master: readonly ConfigurationObject[];
  readonly input?: Partial<RenderedInput>;
}

function planWith({ input = {}, ...situation }: Parts): Plan {
  const plan = planOf(situation);
  const { changes } = plan;
  const observed = observedMaster(situation.master, situation.view);
  const rendered = renderedDifferences({ changes, observed, shown: new Map(), sources: new Map(), ...input });
  return { ...plan, rendered };
}

function say(plan: Plan): string[] {
  return (plan.rendered ?? []).map(
    ({ kind, cause, devices, reason }) =>
      `${kind} [${cause}] ${devices.join(' ')}${reason === undefined ? '' : `: ${reason}`}`,
  );
}

const board = (name: string, dictionary: string) => device(name, { worker: null, dictionary });
const boards = (
  count: number,
  of = (name: string) => `{% extends 'qemu.jinja2' %}\n{% set host = '${name}' %}\n`,
) =>
  Array.from({ length: count }, (_, index) => {
    const name = `board-${String(index).padStart(3, '0')}`;
    return board(name, of(name));
  });
const type: ConfigurationObject = { kind: 'device-type', name: 'qemu', fields: {} };
const source = (text: string, file = '/usr/share/base.jinja2') => new Map([['base.jinja2', { text, file }]]);

describe('devices that change in the same way', () => {
  const qemu = template(
    'qemu',
    `{% extends 'base.jinja2' %}\n{% block body %}host: {{ host }}\n{% endblock %}\n`,
  );
  const base = (timeout: number) =>
    template('base', `timeouts:\n  login: ${timeout}\n{# a remark #}\n{% block body %}{% endblock %}\n`);

  it('are one entry, however many, when a base template changes', () => {
    const plan = planWith({
      master: [type, base(10), qemu, ...boards(400)],
      lab: [type, base(20), qemu, ...boards(400)],
    });
    expect(plan.rendered).toHaveLength(1);
    expect(plan.rendered?.[0]).toMatchObject({ kind: 'changes', cause: 'this change', count: 400 });
    expect(plan.rendered?.[0]?.diff).toEqual([
      '@@ -1,3 +1,3 @@',
      ' timeouts:',
      '-  login: 10',
      '+  login: 20',
      ' host: board-000',
    ]);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      `  Rendered device configurations
    ~ 400 devices change in the same way: board-000, board-001, board-002, board-003, board-004 and 395 more
        @@ -1,3 +1,3 @@
         timeouts:
        -  login: 10
        +  login: 20
         host: board-000
`,
    );
  });

  it('know their own name and type, as in LAVA since 2026.06', () => {
    const knowing = template('qemu', "is: '{{ scheduled_device_name }} {{ scheduled_device_type }}'\n");
    const of = (deviceType: string) =>
      device('board-1', { worker: null, deviceType, dictionary: "{% extends 'qemu.jinja2' %}" });
    const other: ConfigurationObject = { kind: 'device-type', name: 'kvm', fields: {} };
    const plan = planWith({
      view: { release: '2026.06' },
      master: [type, other, knowing, of('qemu')],
      lab: [type, other, knowing, of('kvm')],
    });
    expect(plan.rendered?.[0]?.diff).toEqual([
      '@@ -1,1 +1,1 @@',
      "-is: 'board-1 qemu'",
      "+is: 'board-1 kvm'",
    ]);
  });

  it('are one entry if only their own names differ in the changed lines', () => {
    const of = (verb: string) => template('qemu', `power: ${verb} {{ host }}.example.com\n`);
    const plan = planWith({
      master: [type, of('pduclient'), ...boards(3)],
      lab: [type, of('snmpset'), ...boards(3)],
    });
    expect(say(plan)).toEqual(['changes [this change] board-000 board-001 board-002']);
  });

  it('are two entries if they change in two ways', () => {
    const of = (key: string) =>
      template('qemu', `{% if host == 'board-000' %}${key}: 1{% else %}${key}: 2{% endif %}\n`);
    const plan = planWith({ master: [type, of('a'), ...boards(3)], lab: [type, of('b'), ...boards(3)] });
    expect(say(plan)).toEqual([
      'changes [this change] board-001 board-002',
      'changes [this change] board-000',
    ]);
  });

  it('are grouped by their keys if each has its own values', () => {
    const port = (name: string) =>
      `{% extends 'qemu.jinja2' %}\n{% set port = ${7000 + Number(name.slice(-3)) * 3} %}\n`;
    const of = (command: string) => template('qemu', `console: ${command} {{ port }}\n`);
    const moved = (count: number) =>
      planWith({
        master: [type, of('telnet ser'), ...boards(count, port)],
        lab: [type, of('nc ser'), ...boards(count, port)],
      });
    expect([20, 21].map((count) => moved(count).rendered?.length)).toEqual([20, 1]);
    const plan = moved(50);
    expect(plan.rendered?.map(({ count, isAlike }) => [count, isAlike])).toEqual([[50, true]]);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      '50 devices change the same keys, each to its own values (diff of the first): board-000',
    );
  });

  it('are counted if their rendered configuration does not change', () => {
    const plan = planWith({
      master: [type, base(10), qemu, ...boards(12)],
      lab: [
        type,
        template('base', `{# new #}\n\n${String(base(10).fields['text' as never])}`),
        qemu,
        ...boards(12),
      ],
    });
    expect(plan.rendered?.map(({ kind, count, diff }) => [kind, count, diff])).toEqual([
      ['unchanged', 12, []],
    ]);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      '12 devices: rendered configuration unchanged',
    );
  });
});

describe('devices that stop or start rendering', () => {
  const good = template('qemu', 'board_id: {{ host }}\n');
  const bad = template('qemu', `a: 1\nb: {{ host.missing.more }}\n`);

  it('come first, with the place of the error', () => {
    const other = board('other', 'x: 1\n');
    const plan = planWith({
      master: [type, good, ...boards(2), other],
      lab: [type, bad, ...boards(2), board('other', 'x: 2\n')],
    });
    expect(say(plan)[0]).toMatch(
      /^breaks \[this change\] board-000 board-001: device-types\/qemu\.jinja2:2:\d+: /,
    );
    expect(say(plan)[1]).toBe('changes [this change] other');
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      '! 2 devices would no longer render: board-000, board-001\n        device-types/qemu.jinja2:2:',
    );
    expect(formatPlanMarkdown(plan)).toContain('<b>2 devices would no longer render: ');
  });

  it('recover or stay broken', () => {
    expect(say(planWith({ master: [type, bad, ...boards(1)], lab: [type, good, ...boards(1)] }))[0]).toMatch(
      /^recovers \[this change\] board-000: device-types\/qemu/,
    );
    const worse = template('qemu', '{% include "gone.jinja2" ignore missing %}{{ 1 / 0 }}\n');
    expect(say(planWith({ master: [type, bad, ...boards(1)], lab: [type, worse, ...boards(1)] }))[0]).toMatch(
      /^broken /,
    );
  });

  it('break immediately if they are new and do not render', () => {
    const plan = planWith({ master: [type, bad], lab: [type, bad, ...boards(1)] });
    expect(say(plan)[0]).toMatch(/^breaks /);
    expect(remarksOnRejected(plan.rendered ?? [])[0]).toMatch(/^this plan makes 1 device invalid: /);
    expect(say(planWith({ master: [type, good], lab: [type, good, ...boards(2)] }))).toEqual([
      'new [this change] board-000 board-001',
    ]);
  });
});

describe('devices that LAVA rejects', () => {
  const timeout = (seconds: string) =>
    template('qemu', `timeouts: {actions: {login: {seconds: ${seconds}}}}\nboard_id: {{ host }}\n`);
  const [right, wrong] = [timeout('10'), timeout("'ten'")];
  const strays = boards(40);

  it('are one entry for each reason, whatever else changes, with the most important word first', () => {
    const plan = planWith({ master: [type, right, ...strays], lab: [type, wrong, ...strays] });
    expect(say(plan)).toEqual([
      `rejects [this change] ${strays.map(({ name }) => name).join(' ')}: LAVA 2023.01: timeouts.actions.login.seconds: expected a whole number, got "ten"`,
    ]);
    const text = formatPlanText(plan, { color: false, diffs: false });
    expect(text).toContain('! 40 devices would become invalid, and LAVA would set them to Bad: board-000, ');
    expect(formatPlanMarkdown(plan)).toContain('<b>40 devices would become invalid, ');
    expect(planFromJson(planToJson(plan)).rendered).toEqual(plan.rendered);
    expect(remarksOnRejected(plan.rendered ?? [])).toEqual([
      'this plan makes 40 devices invalid: LAVA sets such devices to Bad and starts no jobs on them',
    ]);
  });

  it('become valid again', () => {
    const plan = planWith({ master: [type, wrong, ...boards(1)], lab: [type, right, ...boards(1)] });
    expect(say(plan)[0]).toMatch(/^accepts \[this change\] board-000: LAVA 2023\.01: timeouts/);
  });

  it('may be new, and may not be YAML', () => {
    expect(say(planWith({ master: [type, wrong], lab: [type, wrong, ...boards(1)] }))[0]).toMatch(
      /^rejects /,
    );
    const noYaml = template('qemu', 'a: [\n');
    const plan = planWith({ master: [type, right, ...boards(1)], lab: [type, noYaml, ...boards(1)] });
    expect(say(plan)[0]).toMatch(/^rejects \[this change\] board-000: it does not render to YAML/);
  });

  it('are judged by the release of the master, and all of them if the lab was checked for another one', () => {
    const list = template('qemu', "commands: {users: {relay: {do: ['a', 'b']}}}\n");
    const on = (release: string) =>
      planWith({
        view: { release },
        master: [type, list, ...boards(2)],
        lab: [type, list, ...boards(2)],
        input: { checkedFor: 202610 },
      });
    expect(say(on('2026.10'))).toEqual([]);
    const plan = on('2023.01');
    expect(say(plan)).toEqual([
      expect.stringMatching(
        /^rejected \[upstream\] board-000 board-001: LAVA 2023\.01: commands\.users\.relay\.do/,
      ),
    ]);
    expect(formatPlanText(plan, { color: false, diffs: false })).toContain(
      '! 2 devices are not valid for the release that the master runs [upstream]: board-000, board-001',
    );
  });
});

describe('the dependencies of devices', () => {
  it('include devices that the lab does not name', () => {
    const stray = board('stray', `{% extends 'qemu.jinja2' %}`);
    const plan = planWith({
      master: [type, template('qemu', 'a: 1\n'), stray],
      record: [type, template('qemu', 'a: 1\n')],
      lab: [type, template('qemu', 'a: 2\n')],
    });
    expect(say(plan)).toEqual(['changes [this change] stray']);
  });

  it('include includes, imports, other dictionaries and computed names', () => {
    const macro = (value: number) => template('macros', `{% macro m() %}m: ${value}{% endmacro %}`);
    const rest = [
      type,
      template('part', `{% import 'macros.jinja2' as x %}{{ x.m() }}\n`),
      board('a', `{% include 'part.jinja2' %}`),
      board('b', `{% extends 'a.jinja2' %}`),
      board('c', `{% set n = 'part' %}{% include n ~ '.jinja2' %}`),
      board('d', 'nothing: 1\n'),
    ];
    const plan = planWith({ master: [macro(1), ...rest], lab: [macro(2), ...rest] });
    expect(say(plan)).toEqual(['changes [this change] a b c']);
  });

  it('limit rendering to what a change affects', () => {
    const endless = board(
      'hostile',
      '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
    );
    const plan = planWith({ master: [type, endless], lab: [type, endless, board('a', 'usb_sleep: 1\n')] });
    expect(say(plan)).toEqual(['new [this change] a']);
  });

  it('stop when the time is used up, and list what is left over', () => {
    const endless = (name: string) =>
      board(name, '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}');
    let now = 0;
    const plan = planWith({
      master: [],
      lab: [type, ...['a', 'b', 'c'].map(endless)],
      input: { clock: () => (now += 400), budgetMs: 900 },
    });
    const [first, ...rest] = say(plan);
    expect(first).toMatch(/^breaks \[this change\] a.*the template needs more than/);
    expect(rest.at(-1)).toMatch(/^unknown \[this change\] .*c: rendering all devices took too long$/);
  });

  it('keep the cause: a restored value is drift', () => {
    const master = [type, template('qemu', 'a: 2\n'), ...boards(1)];
    const record = [type, template('qemu', 'a: 1\n'), ...boards(1)];
    expect(say(planWith({ master, record, lab: record }))).toEqual(['changes [drift] board-000']);
  });
});

describe('templates that the master has from other sources', () => {
  const qemu = (text = '') => template('qemu', `{% extends 'base.jinja2' %}\n${text}`);
  const rest = [type, ...boards(2)];

  it('are reported as unknown if there is no copy', () => {
    const plan = planWith({ master: [qemu(), ...rest], lab: [qemu('x'), ...rest] });
    expect(say(plan)).toEqual([
      'unknown [this change] board-000 board-001: template base.jinja2 is not available here',
    ]);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      '? 2 devices not rendered: board-000, board-001\n        template base.jinja2 is not available here',
    );
  });

  it('come from the sources, unless the master shows its own', () => {
    const lab = [qemu(`{% set v = 2 %}`), ...rest];
    const master = [qemu(`{% set v = 1 %}`), ...rest];
    const text = 'a: {{ v }}\n';
    expect(planWith({ master, lab, input: { sources: source(text) } }).rendered?.[0]?.diff).toContain(
      '+a: 2',
    );
    const shown = new Map([['base.jinja2', { text: 'b: {{ v }}\n', file: 'base.jinja2 of the master' }]]);
    const both = planWith({ master, lab, input: { sources: source(text), shown } });
    expect(both.rendered?.[0]?.diff).toContain('+b: 2');
  });

  it('change upstream: the lab was checked with a different text than the master uses', () => {
    const shown = new Map([['base.jinja2', { text: 'b: 1\n', file: 'base.jinja2 of the master' }]]);
    const objects = [qemu(), ...rest, board('apart', 'x: 1\n')];
    const plan = planWith({ master: objects, lab: objects, input: { sources: source('a: 1\n'), shown } });
    expect(plan.changes).toEqual([]);
    expect(say(plan)).toEqual(['changes [upstream] board-000 board-001']);
    expect(plan.rendered?.[0]?.diff).toEqual(['@@ -1,1 +1,1 @@', '-a: 1', '+b: 1']);
    expect(formatPlanText(plan, { color: false, diffs: true })).toContain(
      '2 devices would render differently on the master (+) than in the lab (-) [upstream]',
    );
  });

  it('change upstream without an entry if everything renders as before', () => {
    const shown = new Map([['base.jinja2', { text: 'a: 1\n{# ours #}', file: 'base.jinja2 of the master' }]]);
    const objects = [qemu(), ...rest];
    const plan = planWith({ master: objects, lab: objects, input: { sources: source('a: 1\n'), shown } });
    expect(plan.rendered).toEqual([]);
  });

  it('do not exist on an embedded master', () => {
    const objects = [qemu(), ...rest];
    const plan = planWith({
      master: objects,
      lab: objects,
      view: { software: 'lavaflow' },
      input: { sources: source('a: 1\n') },
    });
    expect(say(plan)[0]).toMatch(
      /^breaks \[upstream\] board-000 board-001: device-types\/qemu.jinja2:1:\d+: there is no template base.jinja2/,
    );
  });

  it('are requested by name, level by level', () => {
    const input = { changes: [], observed: observedMaster([qemu(), ...rest]) };
    expect([...unknownTemplates({ ...input, shown: new Map() })]).toEqual(['base.jinja2']);
    const shown = new Map([['base.jinja2', { text: `{% import 'm.jinja2' as m %}`, file: 'f' }]]);
    expect([...unknownTemplates({ ...input, shown })]).toEqual(['m.jinja2']);
  });

  it('are unknown if the master does not show its own', () => {
    const plan = planWith({
      master: rest,
      lab: [type, ...boards(2, () => `{% extends 'qemu.jinja2' %}\n{% set x = 1 %}`)],
      view: { unreadable: [{ kind: 'template', name: 'qemu', reason: 'HTTP 500' }] },
      input: { sources: new Map([['qemu.jinja2', { text: 'a: 1', file: 'f' }]]) },
    });
    expect(say(plan)).toEqual([
      'unknown [this change] board-000 board-001: template qemu.jinja2 is not available here',
    ]);
  });
});

describe('a plan with rendered differences', () => {
  const plan = planWith({
    master: [type, template('qemu', 'a: 1\n'), ...boards(3), board('x', '{{ 1 / 0 }}')],
    lab: [type, template('qemu', 'a: 2\n'), ...boards(3), board('x', 'x: 1\n')],
  });

  it('is the same after a round trip through JSON', () => {
    expect(planFromJson(JSON.parse(JSON.stringify(planToJson(plan))))).toEqual(plan);
  });

  it('is rejected with invalid entries', () => {
    const edited = (rendered: unknown) => ({ ...planToJson(plan), rendered });
    const [first] = plan.rendered ?? [];
    expect(() => planFromJson(edited([{ ...first, kind: 'explodes' }]))).toThrow('not a usable plan');
    expect(() => planFromJson(edited([{ ...first, count: 7 }]))).toThrow('counts of rendered devices');
    expect(() => planFromJson(edited('all'))).toThrow('not a usable plan');
  });

  it('folds diffs in Markdown, and escapes all text', () => {
    const text = formatPlanMarkdown(plan);
    expect(text).toContain('#### Rendered device configurations');
    expect(text).toMatch(
      /<details><summary>3 devices change in the same way&#58;|<details><summary>3 devices change in the same way: /,
    );
    const hostile = planWith({
      master: [],
      lab: [board('b', '{{ "</details> @octocat ```` <script>"|int(x=1) }}'), board('@octocat', 'a: 1')],
    });
    const outside = formatPlanMarkdown(hostile).replaceAll(/^(`{3,})diff\n[^]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/@octocat|<script/);
  });

  it('fits into a comment, and counts what was left out', () => {
    const different = (value: number) =>
      boards(600, (name) => `${name}_${value}: ${value}\n${'x'.repeat(300)}: ${value}${name}\n`);
    const big = formatPlanMarkdown(planWith({ master: different(1), lab: different(2) }));
    expect(big.length).toBeLessThan(60_000);
    expect(big).toMatch(/\d+ table rows, (\d+ rendered differences?, )?\d+ details left out/);
    expect(big).toContain('Rendered device configurations');
  });

  it('lists a limited number of differences in text output', () => {
    const ways = (value: number) =>
      boards(40, (name) => `k${name}: ${value}\nv_${'x'.repeat(Number(name.slice(-3)))}: ${value}\n`);
    const text = formatPlanText(planWith({ master: ways(1), lab: ways(2) }), { color: false, diffs: false });
    expect(text).toContain('… and 10 devices in 10 other ways');
  });
});

describe('groups', () => {
  it('contain every affected device exactly once', () => {
    const plan = planWith({
      master: [type, template('qemu', `a: {{ host }}\n`), ...boards(30)],
      lab: [type, template('qemu', `{{ 1 / (host[-1]|int - 3) }}\nb: {{ host[-1] }}\n`), ...boards(31)],
    });
    const names = (plan.rendered ?? []).flatMap(({ devices }: RenderedDifference) => devices);
    expect([...names].sort()).toEqual(boards(31).map(({ name }) => name));
  });
});
