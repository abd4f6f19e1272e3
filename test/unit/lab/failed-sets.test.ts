/** A template that fails because of a variable of the lab is reported at the `set` of that variable. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const one = 'device-dictionaries/board-1.jinja2';
const two = 'device-dictionaries/board-2.jinja2';
const board = dictionary('board', 'w1');
const other = dictionary('board', 'w2');

function load(files: Readonly<Record<string, string>>, sources: Readonly<Record<string, string>> = {}) {
  const own = Object.fromEntries(Object.entries(smallLab).filter(([path]) => !(path.slice(13) in sources)));
  const templates = new Map(
    Object.entries(sources).map(([name, text]) => [name, { text, file: `/lava/${name}` }]),
  );
  const { findings, lab } = loadLab(labOf({ ...own, ...files }), { templates });
  return {
    found: findings.map(
      ({ place: { file, line, column }, code, message, hint }) =>
        `${file}:${line}:${column} ${code}: ${message} | ${hint ?? ''}`,
    ),
    blocked: [...(lab?.desired.get('main')?.blocked.keys() ?? [])],
  };
}

describe('a template of a source that fails', () => {
  const base = `actions: {}
{% for name, port in ports.items() %}
{{ name }}: {{ port.number }}
{% endfor %}
`;

  it('is reported at the set that it cannot use', () => {
    const { found, blocked } = load(
      {
        [one]: `${board}{% set rack = 'a' %}\n{% set ports = ['usb'] %}\n`,
        [two]: `${other}{% set ports = {} %}\n`,
      },
      { 'our-base.jinja2': base },
    );
    expect(found.filter((line) => line.includes('template-fails'))).toEqual([
      `${one}:4:8 template-fails: board-1: 'list object' has no attribute 'items' (/lava/our-base.jinja2:2:33) | Correct or remove "ports".`,
    ]);
    expect(blocked).toEqual(['device/board-1']);
  });

  it('is reported at the extends if the lab does not set what it needs', () => {
    const { found } = load({ [two]: `${other}{% set ports = {} %}\n` }, { 'our-base.jinja2': base });
    expect(found).toEqual([
      `device-types/board.jinja2:1:1 template-fails: board-1: 'ports' is undefined (/lava/our-base.jinja2:2:27) | Set it, or give a default: {{ ports | default('...') }}.`,
    ]);
  });
});

describe('a macro of the lab that fails', () => {
  const files = {
    'device-types/macros.jinja2': '{% macro sleep(n) %}\nusb_sleep: {{ n + 1 }}\n{% endmacro %}\n',
    'device-types/our-base.jinja2':
      "{% import 'macros.jinja2' as macros %}\nactions: {}\n{{ macros.sleep(seconds | default(1)) }}\n",
  };

  it('is reported at the set of the only dictionary that fails', () => {
    const { found, blocked } = load({ ...files, [one]: `${board}{% set seconds = 'x' %}\n` });
    expect(found).toEqual([
      `${one}:3:8 template-fails: board-1: can only concatenate str (not "int") to str (device-types/macros.jinja2:2:17) | Correct or remove "seconds".`,
    ]);
    expect(blocked).toEqual(['device/board-1']);
  });

  it('is reported once at the set of a template that all its dictionaries use', () => {
    const { found, blocked } = load({
      ...files,
      'device-types/board.jinja2': "{% extends 'our-base.jinja2' %}\n{% set seconds = 'x' %}\n",
    });
    expect(found).toEqual([
      'device-types/board.jinja2:2:8 template-fails: board-1 and 1 more: can only concatenate str (not "int") to str (device-types/macros.jinja2:2:17) | Correct or remove "seconds".',
    ]);
    expect(blocked).toEqual(['device/board-1']);
  });

  it('is at fault itself if several dictionaries set what it cannot use', () => {
    const { found } = load({
      ...files,
      [one]: `${board}{% set seconds = 'x' %}\n`,
      [two]: `${other}{% set seconds = 'y' %}\n`,
      'device-dictionaries/lonely-1.jinja2': `${dictionary('board', 'w1')}{% set seconds = 'z' %}\n`,
    });
    expect(found.filter((line) => line.includes('template-fails'))).toEqual([
      'device-types/macros.jinja2:2:17 template-fails: board-1 and 2 more: can only concatenate str (not "int") to str | Use the operator ~ to join values of any type as text.',
    ]);
  });
});
