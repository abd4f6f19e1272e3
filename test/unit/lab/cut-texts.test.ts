/** YAML ends a text without quotes at ` #`. A warning shows where that is probably not what somebody meant. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { findCutTexts } from '../../../src/pyyaml/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

function findingsOf(files: Readonly<Record<string, string>>): string[] {
  const { findings } = loadLab(labOf({ ...smallLab, ...files }));
  return findings.map(
    ({ severity, code, place }) =>
      `${severity} ${code} ${place.file}:${place.line ?? 0}:${place.column ?? 0}`,
  );
}

describe('a YAML text', () => {
  it.each([
    ['a: outlet #3', ['outlet', '#3']],
    ['- power.sh off #board', ['power.sh off', '#board']],
    ['a:\n  - b: echo "issue # 5"', ['echo "issue', '# 5"']],
    ["run: sh -c 'echo # x'", ["sh -c 'echo", "# x'"]],
    ['a: $(cat # x)', ['$(cat', '# x)']],
    ['a:\tx `date #x`', ['x `date', '#x`']],
  ])('is cut off: %j', (text, cut) => {
    expect(findCutTexts(text).map(({ value, rest }) => [value, rest])).toEqual([cut]);
  });

  it.each([
    'jobLimit: 3 # three boards',
    'jobLimit: 3 #3',
    'site: berlin #main',
    'description: a rack # in the cellar',
    '# a comment #3',
    'a: # a comment #3\n  b: 1',
    'a: "outlet #3"',
    "a: 'outlet #3'",
    'a: |\n  echo x #3\n  echo "#3',
    'a: >-\n  x #3\n',
    'a: "b\n  c #3 d"',
    'a: outlet#3',
    'a: [b, c] #3',
    "a: don't stop # now",
    '- a # it is b',
    'a: true #3',
    'url: http://host/#3',
  ])('is not: %j', (text) => {
    expect(findCutTexts(text)).toEqual([]);
  });
});

it('is reported in YAML files of the lab', () => {
  expect(
    findingsOf({
      'workers/w1/worker.yaml': 'kind: Worker\nsite: here # the site\ndescription: Rack #3\n',
      'workers/w2/env.yaml': 'overrides:\n  A: one two #three\n',
    }),
  ).toEqual([
    'warning text-cut-off workers/w1/worker.yaml:3:19',
    'warning text-cut-off workers/w2/env.yaml:2:14',
  ]);
});

describe('a rendered text', () => {
  const command = 'commands: {}\ncharacter_delays: {}\n';
  const board = (value: string): string => `${dictionary('board', 'w1')}{% set power = '${value}' %}\n`;
  const base = (line: string): string => `actions: {deploy: {methods: {}}}\n${command}${line}`;

  it('is reported where the dictionary sets it', () => {
    const files = {
      'device-types/our-base.jinja2':
        'actions: {deploy: {methods: {}}}\ncommands:\n  hard_reset: {{ power }}\n',
      'device-dictionaries/board-2.jinja2': `${dictionary('board', 'w2')}{% set power = 'relay off' %}\n`,
    };
    for (const value of ['relay # off', 'relay off #3', 'relay #off']) {
      const text = board(value);
      expect(findingsOf({ ...files, 'device-dictionaries/board-1.jinja2': text }), value).toEqual([
        'warning text-cut-off device-dictionaries/board-1.jinja2:3:8',
      ]);
    }
    for (const value of ['relay off', 'relay#off']) {
      expect(findingsOf({ ...files, 'device-dictionaries/board-1.jinja2': board(value) }), value).toEqual([]);
    }
  });

  it('is not reported where the template quotes it, or has a comment', () => {
    const quoted = base('constants: {x: 1} # a comment\n').replace(
      'commands: {}',
      'commands:\n  hard_reset: "{{ power }}" # reset it\n',
    );
    const files = {
      'device-types/our-base.jinja2': quoted,
      'device-dictionaries/board-1.jinja2': board('relay # off'),
      'device-dictionaries/board-2.jinja2': `${dictionary('board', 'w2')}{% set power = 'relay off' %}\n`,
    };
    expect(findingsOf(files).filter((one) => one.includes('text-cut-off'))).toEqual([]);
  });
});
