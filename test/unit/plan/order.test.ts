import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, ObservedMaster } from '../../../src/model/index.js';
import type { Plan } from '../../../src/plan/index.js';
import { device, deviceType, policy, template, worker } from '../../support/lab/desired.js';
import { planOf, type Situation } from '../../support/lab/plan-of.js';
import { startCpuClock } from '../../support/clocks.js';

function change(
  master: readonly ConfigurationObject[],
  lab: readonly ConfigurationObject[],
  view: Partial<ObservedMaster> = {},
  more: Situation = {},
) {
  return planOf({ master, lab, view, ...more });
}

const say = (plan: Plan) => plan.changes.map(({ verb, key }) => `${verb} ${key}`);
const board = (name: string, dictionary: string, more: object = {}) =>
  device(name, { worker: null, dictionary: `{% extends 'qemu.jinja2' %}\n${dictionary}`, ...more });

describe('templates that need their device type (LAVA since 2023.08)', () => {
  const view = { release: '2024.03', templatesNeedTypes: true };

  it('are written after it, and deleted before it', () => {
    expect(say(change([], [template('b'), template('a'), deviceType('b'), deviceType('a')], view))).toEqual([
      'create device-type/a',
      'create device-type/b',
      'create template/a',
      'create template/b',
    ]);
    const allowDelete = new Set(['template/a', 'device-type/a'] as const);
    const consents = { allowDelete };
    expect(say(change([template('a'), deviceType('a')], [], view, { consents }))).toEqual([
      'delete template/a',
      'delete device-type/a',
    ]);
  });

  it('are not written without one, nor is anything that uses them; the plan shows what to do', () => {
    const lab = [
      deviceType('qemu'),
      template('base', 'a: 1\n'),
      template('qemu', `{% extends 'base.jinja2' %}`),
      template('apart', 'x: 1\n'),
      deviceType('apart'),
      board('one', ''),
      { kind: 'health-check', name: 'other', fields: { job: 'x' } } as const,
    ];
    const plan = change([], lab, view);
    expect(say(plan)).toEqual([
      'create device-type/apart',
      'create device-type/qemu',
      'create template/apart',
      'report template/base',
      'keep template/qemu',
      'report health-check/other',
      'keep device/one',
    ]);
    const reasons = plan.changes.flatMap(({ reason }) => reason ?? []);
    expect(reasons).toEqual([
      'LAVA 2024.03 accepts a template only under the name of a device type; `device-types/base.yaml` with `display: false` creates one',
      'it needs template/base, which is not on the master',
      'LAVA 2024.03 accepts a health-check only under the name of a device type; `device-types/other.yaml` with `display: false` creates one',
      'it needs template/base, which is not on the master',
    ]);
    expect(say(change([], [...lab, deviceType('base')], view))).toContain('create template/base');
  });

  it('do not need one on an older release', () => {
    expect(say(change([], [template('base')]))).toEqual(['create template/base']);
  });
});

describe('templates', () => {
  it('are written bases first, and deleted in reverse order', () => {
    const chain = [
      template('a', `{% extends 'm.jinja2' %}`),
      template('m', `{% import 'z.jinja2' as z %}`),
      template('z', 'z\n'),
    ];
    expect(say(change([], chain))).toEqual(['create template/z', 'create template/m', 'create template/a']);
    const consents = { allowDelete: 'all' as const };
    expect(say(change(chain, [], {}, { consents }))).toEqual([
      'delete template/a',
      'delete template/m',
      'delete template/z',
    ]);
  });

  it('that use each other do not cause an error', () => {
    const ring = [template('a', `{% include 'b.jinja2' %}`), template('b', `{% include 'a.jinja2' %}`)];
    expect(say(change([], ring)).sort()).toEqual(['create template/a', 'create template/b']);
  });
});

describe('a change of a template and a dictionary', () => {
  const old = template('qemu', 'a: 1\n');
  const types = [deviceType('qemu')];

  it('writes the dictionary first if the new template needs what it sets', () => {
    const plan = change(
      [...types, old, board('one', ''), worker('w1')],
      [
        ...types,
        template('qemu', 'a: {{ port + 1 }}\n'),
        board('one', '{% set port = 1 %}'),
        worker('w1', { jobLimit: 4 }),
      ],
    );
    expect(say(plan)).toEqual(['update device/one', 'update template/qemu', 'update worker/w1']);
    expect(plan.remarks).toEqual([]);
  });

  it('writes the template first if the dictionary stops setting what the old one needs', () => {
    const plan = change(
      [...types, template('qemu', 'a: {{ port + 1 }}\n'), board('one', '{% set port = 1 %}')],
      [...types, old, board('one', '')],
    );
    expect(say(plan)).toEqual(['update template/qemu', 'update device/one']);
    expect(plan.remarks).toEqual([]);
  });

  it('detects that an old dictionary reaches a new template through another new one', () => {
    const plan = change(
      [...types, template('part', 'a: 1\n'), template('qemu', 'a: 1\n'), board('one', '')],
      [
        ...types,
        template('part', 'a: 1\nb: 1\n'),
        template('qemu', "{% include 'part.jinja2' %}\n"),
        device('one', { worker: null, dictionary: 'a: 2\n' }),
      ],
    );
    expect(say(plan)).toEqual(['update device/one', 'update template/part', 'update template/qemu']);
    expect(plan.remarks).toEqual([]);
  });

  it('writes them next to each other, and reports it, if a job could get a mixture in any order', () => {
    const plan = change(
      [
        ...types,
        template('qemu', 'port: {{ port + 1 }}\n'),
        board('one', '{% set port = 1 %}'),
        board('two', '{% set port = 2 %}'),
        device('other', { worker: null, dictionary: 'x: 1\n' }),
      ],
      [
        ...types,
        template('qemu', 'port: {{ tty + 1 }}\n'),
        board('one', '{% set tty = 1 %}'),
        board('two', '{% set tty = 2 %}'),
        device('other', { worker: null, dictionary: 'x: 2\n' }),
      ],
    );
    expect(say(plan)).toEqual([
      'update device/other',
      'update template/qemu',
      'update device/one',
      'update device/two',
    ]);
    expect(plan.remarks).toEqual([
      'a job that starts on one and 1 more during the apply may get a mixture of the old and the new configuration; the policy `changes: maintenance` keeps jobs away meanwhile',
    ]);
  });

  it('does not mention mixtures if the lab keeps jobs away', () => {
    const lab = (variable: string) => [
      ...types,
      template('qemu', `p: {{ ${variable} + 1 }}\n`),
      board('one', `{% set ${variable} = 1 %}`),
    ];
    expect(change(lab('a'), lab('b')).remarks).toHaveLength(1);
    const parked = { ...policy, changes: 'maintenance' as const };
    expect(change(lab('a'), lab('b'), {}, { policy: parked }).remarks).toEqual([]);
  });

  it('writes a dictionary after the new worker that it moves to', () => {
    const plan = change(
      [...types, old, board('one', '')],
      [
        ...types,
        template('qemu', 'a: {{ port + 1 }}\n'),
        worker('w2'),
        board('one', '{% set port = 1 %}', { worker: 'w2' }),
      ],
    );
    expect(say(plan)).toEqual(['create worker/w2', 'update template/qemu', 'update device/one']);
    expect(plan.remarks).toHaveLength(1);
  });

  it('is one write on an embedded master', () => {
    const plan = change(
      [...types, template('qemu', 'p: {{ a + 1 }}\n'), board('one', '{% set a = 1 %}')],
      [...types, template('qemu', 'p: {{ b + 1 }}\n'), board('one', '{% set b = 1 %}')],
      { software: 'lavaflow' },
    );
    expect(plan.remarks).toEqual([]);
  });
});

describe('a change of two templates', () => {
  it('writes the one first that works with the old version of the other', () => {
    const types = [deviceType('qemu')];
    // The old child calls a macro that the new base no longer has.
    const plan = change(
      [
        ...types,
        template('base', `{% macro m() %}m: 1{% endmacro %}\n`),
        template('qemu', `{% from 'base.jinja2' import m %}{{ m() }}\n`),
        board('one', ''),
      ],
      [...types, template('base', `nothing\n`), template('qemu', `m: 2\n`), board('one', '')],
    );
    expect(say(plan)).toEqual(['update template/qemu', 'update template/base']);
    expect(plan.remarks).toEqual([]);
  });

  it('ends in time, whatever they contain', () => {
    const loop = (n: number) =>
      `{% for i in range(900) %}{% for j in range(90) %}{% set x = ${n} %}{% endfor %}{% endfor %}a: ${n}\n`;
    const boards = Array.from({ length: 200 }, (_, index) => board(`b-${index}`, `{% set a = ${index} %}`));
    const lab = (n: number) => [
      ...Array.from({ length: 20 }, (_, index) => template(`t-${index}`, loop(n))),
      ...boards.map((one, index) =>
        device(one.name, { worker: null, dictionary: `{# ${n} #}{% extends 't-${index % 20}.jinja2' %}` }),
      ),
      deviceType('qemu'),
    ];
    const cpuMs = startCpuClock();
    expect(change(lab(1), lab(2)).changes).toHaveLength(220);
    expect(cpuMs()).toBeLessThan(6_000);
  });
});
