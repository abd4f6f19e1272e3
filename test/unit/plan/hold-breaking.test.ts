import { describe, expect, it } from 'vitest';

import { keyOf, type ConfigurationObject, type ObjectKey } from '../../../src/model/index.js';
import type { Plan } from '../../../src/plan/index.js';
import { device, deviceType, template, worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

function planWithout(
  blocked: ObjectKey,
  master: readonly ConfigurationObject[],
  lab: readonly ConfigurationObject[],
) {
  return planOf({
    master,
    lab: lab.filter((one) => keyOf(one) !== blocked),
    blocked: [[blocked, ['template-fails']]],
  });
}

const say = (plan: Plan) => plan.changes.map(({ verb, key }) => `${verb} ${key}`);
const board = (name: string, more: string) =>
  device(name, { worker: null, dictionary: `{% extends 'qemu.jinja2' %}\n${more}` });

describe('a device that is kept as it is', () => {
  const old = [
    deviceType('qemu'),
    template('base', 'a: 1\n'),
    template('qemu', `{% extends 'base.jinja2' %}`),
    board('good', '{# 1 #}'),
    board('bad', '{# 1 #}'),
    worker('w1'),
  ];
  const fresh = [
    deviceType('qemu'),
    template('base', `{% macro m() %}m{% endmacro %}a: {{ shell.path }}\n`),
    template('qemu', `{% extends 'base.jinja2' %}`),
    board('good', `{% set shell = {'path': '/bin/sh'} %}`),
    board('bad', '{# 1 #}'),
    worker('w1', { jobLimit: 3 }),
  ];

  it('holds back a template with which it would not render, and nothing else', () => {
    const plan = planWithout('device/bad', old, fresh);
    expect(say(plan)).toEqual([
      'update worker/w1',
      'update device/good',
      'keep template/base',
      'keep device/bad',
    ]);
    const kept = plan.changes.find(({ key }) => key === 'template/base');
    expect(kept?.hold).toBe('blocked');
    expect(kept?.reason).toMatch(
      /^device\/bad would no longer render: device-types\/base.jinja2:1:\d+: 'shell' is undefined$/,
    );
  });

  it('also holds back what does not render without that template', () => {
    const child = template('qemu', `{% extends 'base.jinja2' %}{% from 'base.jinja2' import m %}`);
    const other = template('other', `{% from 'base.jinja2' import m %}b: {{ m() }}\n`);
    const uses = device('uses', { worker: null, dictionary: `{% extends 'other.jinja2' %}` });
    const before = [...old, template('other', 'b: 1\n'), uses];
    const lab = [
      ...fresh.map((one) => (one.name === 'qemu' && one.kind === 'template' ? child : one)),
      other,
      uses,
    ];
    expect(say(planWithout('device/bad', before, lab))).toEqual([
      'update worker/w1',
      'update device/good',
      'keep template/base',
      'keep template/other',
      'keep template/qemu',
      'keep device/bad',
    ]);
  });

  it('does not hold back a template with which it renders', () => {
    const lab = [...old.filter(({ name }) => name !== 'base'), template('base', 'a: 2\n')];
    expect(say(planWithout('device/bad', old, lab))).toEqual(['update template/base', 'keep device/bad']);
  });

  it('holds nothing back if it did not render before', () => {
    const before = old.map((one) => (one.name === 'bad' ? board('bad', '{% set x = 1 / 0 %}') : one));
    expect(say(planWithout('device/bad', before, fresh))).toContain('update template/base');
  });
});
