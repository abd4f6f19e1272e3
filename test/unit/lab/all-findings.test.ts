/** What is wrong with a file is reported at once, whatever else is wrong with it. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const one = 'device-dictionaries/board-1.jinja2';

function findingsOf(files: Readonly<Record<string, string>>): string[] {
  const { findings } = loadLab(labOf({ ...smallLab, ...files }));
  return findings.map(
    ({ code, place: { file, line, column } }) =>
      `${[file, line, column].filter((part) => part !== undefined).join(':')} ${code}`,
  );
}

describe('a dictionary that names an unknown worker', () => {
  it.each([
    ['a syntax error', "{% set x = ['a' %}", [`${one}:3:18 template-syntax`]],
    ['a failure', '{% set x = 1 / 0 %}', [`${one}:3:8 unused-variable`, `${one}:3:14 template-fails`]],
    ['an unused variable', '{% set nobody = 1 %}', [`${one}:3:8 unused-variable`]],
  ])('is checked for %s as well', (_, text, more) => {
    expect(findingsOf({ [one]: `${dictionary('board', 'w9')}${text}` })).toEqual([
      `${one}:2:58 worker-unknown`,
      ...more,
    ]);
  });

  it('is rendered, and its configuration checked', () => {
    const files = {
      'device-types/our-base.jinja2':
        'actions: {deploy: {methods: {}}}\nusb_sleep: {{ sleep | default(3) }}\n',
      [one]: `${dictionary('board', 'w9')}{% set sleep = 'long' %}\n`,
    };
    expect(findingsOf(files)).toEqual([
      `${one}:2:58 worker-unknown`,
      `${one}:3:8 device-configuration-invalid`,
    ]);
  });
});

it('a misspelled key of sync_to_lava is one finding', () => {
  const text = dictionary('board', 'w1').replace('"worker"', '"wroker"');
  expect(findingsOf({ [one]: text })).toEqual([`${one}:2:48 dictionary-without-worker`]);
});

it.each([
  [
    'workers/w1/worker.yaml',
    'kind: Worker\nsite: heer\ndesciption: x\ndescription: a\ndescription: outlet #3\n',
    ['2:7 site-unknown', '3:1 yaml-unknown-key', '5:1 yaml-duplicate-key', '5:21 text-cut-off'],
  ],
  [
    'lab-config/masters/main.yaml',
    'kind: Master\nurl: https://u:p@lava.example.org\nsites: [heer]\nrelese: 1\nrelease: "2019.01"\n',
    [
      ' master-unusable',
      '2:6 url-with-credentials',
      '3:9 site-unknown',
      '4:1 yaml-unknown-key',
      '5:10 release-unknown',
    ],
  ],
  [
    'lab-config/sites/here.yaml',
    'kind: Site\nowner: []\nowners: []\ntimeZone: Europe/Berln\n',
    ['2:1 yaml-unknown-key', '4:11 time-zone-unknown'],
  ],
  [
    'device-dictionaries/board-1.yaml',
    'kind: Device\nsite: heer\nbogus: 1\n',
    ['2:7 site-unknown', '3:1 yaml-unknown-key'],
  ],
  [
    'device-types/board.health-check.yaml',
    'job_name: a\njob_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\ndevice_type: x\nactions: []\n',
    ['2:1 yaml-duplicate-key', '5:14 health-check-wrong-type'],
  ],
])('%s shows everything that is wrong with it', (path, text, expected) => {
  const found = findingsOf({ [path]: text }).filter((line) => line.startsWith(path));
  expect(found.map((line) => line.slice(path.length + 1).replace(/^(?=[a-z])/, ' '))).toEqual(expected);
});

it('a mistake in lab.yaml does not make templates of its sources unknown', () => {
  const files = {
    'lab-config/lab.yaml': 'kind: Lab\nname: small\nbogus: 1\ndeviceTypeSources: [{directory: upstream}]\n',
    'device-types/board.jinja2': "{% extends 'in-a-source.jinja2' %}\n",
  };
  expect(findingsOf(files)).toEqual(['lab-config/lab.yaml:3:1 yaml-unknown-key']);
});
