import { describe, expect, it } from 'vitest';
import { createLabLoader, loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const base = `parameters:
{% if power_on_command %}
  on: {{ power_on_command }}
{% endif %}
  connect: {{ connection_command | default('none') }}
{% filter indent(2, true) %}{% block more %}{% endblock %}{% endfilter %}

`;
const board = dictionary('board', 'w1');

function lab(files: Readonly<Record<string, string>>) {
  return labOf({ ...smallLab, 'device-types/our-base.jinja2': base, ...files });
}

function findingsWith(files: Readonly<Record<string, string>>) {
  return loadLab(lab(files)).findings.map(({ code, severity, place, message, hint }) => ({
    what: `${place.file}:${place.line}:${place.column} ${severity} ${code}`,
    message,
    hint,
  }));
}

describe('a variable that no template reads', () => {
  it('is reported, with the intended name', () => {
    const files = {
      'device-dictionaries/board-1.jinja2': `${board}{% set conection_command = 'telnet' %}\n`,
    };
    expect(findingsWith(files)).toEqual([
      {
        what: 'device-dictionaries/board-1.jinja2:3:8 warning unused-variable',
        message: 'no template of this dictionary reads "conection_command"',
        hint: 'Did you mean "connection_command"?',
      },
    ]);
  });

  it.each([
    ['that the templates read', "{% set connection_command = 'telnet' %}{% set power_on_command = 'on' %}"],
    [
      'that the dictionary itself reads',
      "{% set host = 'x' %}{% set connection_command = 'telnet ' ~ host %}",
    ],
    ['that a block of it reads', '{% set speed = 5 %}{% block more %}speed: {{ speed }}{% endblock %}'],
    [
      'that a macro elsewhere reads',
      "{% set speed = 5 %}{% from 'm.jinja2' import m with context %}{% set connection_command = m() %}",
    ],
    [
      'that a computed include may read',
      "{% set speed = 5 %}{% block more %}{% include 'm' ~ '.jinja2' %}{% endblock %}",
    ],
    ['in a comment', '{# {% set speed = 5 %} #}'],
    ['in raw text', '{% block more %}{% raw %}# {% set speed = 5 %}{% endraw %}{% endblock %}'],
    [
      'of a namespace',
      '{% set n = namespace(a=1) %}{% set n.b = 2 %}{% block more %}n: 1{% endblock %}{% set connection_command = n.a %}',
    ],
  ])('is none %s', (_, text) => {
    const files = {
      'device-dictionaries/board-1.jinja2': `${board}${text}\n`,
      'device-types/m.jinja2': '{% macro m() %}{{ speed }}{% endmacro %}',
    };
    expect(findingsWith(files)).toEqual([]);
  });

  it('is not reported if another dictionary extends this one', () => {
    const files = {
      'device-dictionaries/board-1.jinja2': `${board}{% set speed = 5 %}\n{% block more %}{% block inner %}{% endblock %}{% endblock %}`,
      'device-dictionaries/board-2.jinja2': board
        .replace('board.jinja2', 'board-1.jinja2')
        .concat('{% block inner %}speed: {{ speed | default(1) }}{% endblock %}'),
    };
    expect(findingsWith(files)).toEqual([]);
  });

  it('is reported once for a name that all dictionaries set', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `device-dictionaries/b${n}.jinja2`,
        `${board}{% set place = ${n} %}\n`,
      ]),
    );
    expect(findingsWith(files)).toMatchObject([
      {
        message: 'no template of this dictionary reads "place"; 29 more dictionaries set it as well',
      },
    ]);
  });
});

describe('an undefined name', () => {
  const template = (text: string) => ({
    'device-types/board.jinja2': `{% extends 'our-base.jinja2' %}\n{% block more %}\n${text}\n{% endblock %}\n`,
  });

  it('is reported where a template of the lab prints it, once for all devices', () => {
    const files = {
      ...template('console: {{ console_device }}\nbaud: {{ serial_baud }}\n'),
      'device-dictionaries/board-1.jinja2': `${board}{% set serial_bauds = 1 %}{% set x = serial_bauds %}{% set connection_command = x %}\n`,
    };
    expect(findingsWith(files)).toEqual([
      {
        what: 'device-types/board.jinja2:4:10 warning undefined-name',
        message: '"serial_baud" is not defined, so this is empty for board-1 and 1 more',
        hint: 'Did you mean "serial_bauds"?',
      },
    ]);
  });

  it('keeps the advice next to a guess that more than one slip would explain', () => {
    const files = {
      ...template('console: {{ console_port }}\nhost: {{ ssh_hosts }}\n'),
      'device-dictionaries/board-1.jinja2': `${board}{% set ssh_port = 22 %}{% set connection_command = ssh_port %}{% set conection_comand = 1 %}\n`,
    };
    expect(findingsWith(files).map(({ hint }) => hint)).toEqual(
      expect.arrayContaining([
        'Did you mean "connection_command"? Otherwise, remove it, or check which name the templates read.',
        `Did you mean "ssh_port"? Otherwise, set it, or give a default: {{ ssh_hosts | default('...') }}.`,
      ]),
    );
  });

  it('is reported in a dictionary', () => {
    const files = {
      'device-dictionaries/board-1.jinja2': `${board}{% set connection_command = 'telnet ' ~ hostt %}\n{% set host = 'x' %}{% set y = host %}{% set power_on_command = y %}\n`,
    };
    expect(findingsWith(files)).toMatchObject([
      {
        what: 'device-dictionaries/board-1.jinja2:3:29 warning undefined-name',
        hint: 'Did you mean "host"?',
      },
    ]);
  });

  it.each([
    ['a default', "{{ speed | default('5') }}"],
    ['a test', '{% if speed %}{{ speed }}{% endif %}'],
    ['a definition before', '{% set speed = 5 %}{{ speed }}'],
    ['an inline if without else', "x{{ ' y' if speed }}"],
    ["a variable of the job's context", '{{ extra_kernel_args }}'],
  ])('is none with %s', (_, text) => {
    expect(findingsWith(template(`x: ${text}`))).toEqual([]);
  });

  it('is not reported in a template that the lab only uses', () => {
    const files = labOf(
      Object.fromEntries(Object.entries(smallLab).filter(([path]) => !path.endsWith('our-base.jinja2'))),
    );
    const templates = new Map([
      ['our-base.jinja2', { text: 'parameters:\n  a: {{ nobody }}\n', file: '/elsewhere/our-base.jinja2' }],
    ]);
    expect(loadLab(files, { templates }).findings).toEqual([]);
  });

  it('is remembered by a loader', () => {
    const files = lab({
      ...template('x: {{ nobody }}'),
      'device-dictionaries/board-1.jinja2': `${board}{% set conection_command = 'telnet' %}\n`,
    });
    const loader = createLabLoader();
    const first = loader.load(files);
    expect(first.findings.map(({ code }) => code)).toEqual(['unused-variable', 'undefined-name']);
    expect(loader.load(files)).toEqual({ ...first, rendered: 0 });
  });
});
