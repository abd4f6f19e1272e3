/** Mistakes that people make in LAVA's files, from mailing lists, issues and public labs: where each is, and what helps. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const one = 'device-dictionaries/board-1.jinja2';
const check = 'device-types/board.health-check.yaml';
const board = dictionary('board', 'w1');
const job = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\n';

/** As LAVA's base template. */
const base = `actions: {}
{% if connection_list %}
commands:
  connections:
{% for hardware in connection_list %}
    {{ hardware }}:
      connect: {{ connection_commands.get(hardware) }}
      tags: [primary]
{% endfor %}
{% endif %}
{% if console_device %}{% endif %}
`;

function hintsOf(path: string, text: string): string[] {
  const files = { ...smallLab, 'device-types/our-base.jinja2': base, [path]: text };
  const { findings } = loadLab(labOf(files));
  return findings
    .filter(({ place, code }) => place.file === path && code !== 'master-unusable')
    .map(({ place: { line, column }, hint }) => `${line}:${column} ${hint}`);
}

describe('in a dictionary', () => {
  it.each([
    [
      'a string instead of a list',
      `${board}{% set connection_list = 'uart0' %}{% set connection_commands = {} %}`,
      "3:8 Write a list: {% set connection_list = ['uart0'] %}. A template reads a string letter by letter.",
    ],
    [
      'a list instead of a mapping',
      `${board}{% set connection_list = ['uart0'] %}\n{% set connection_commands = ['telnet a'] %}`,
      '4:8 Correct or remove "connection_commands".',
    ],
    ['a word without quotes', `${board}{% set console_device = ttyS0 %}`, "3:8 Put it in quotes: 'ttyS0'."],
    [
      'a tag without %',
      `${board}{% set console_device = 'x' }`,
      '3:29 Close a {% tag with %}, and a {{ tag with }}.',
    ],
    [
      'a missing colon',
      board.replace('"worker": "w1"', '"worker" "w1"'),
      '2:61 Write a colon between each key and its value: {"key": "value"}.',
    ],
    ['a tag as a string', board.replace('"w1"', '"w1", "tags": "usb"'), '2:72 Write a list: ["usb"].'],
    [
      'a permission after its group',
      board.replace('"w1"', '"w1", "group_device_permissions": [["kernel", "view_device"]]'),
      '2:94 Write the permission first: ["view_device", "kernel"].',
    ],
    [
      'a function instead of a mapping',
      board.replace('{"device_type": "board", "worker": "w1"}', 'dict(device_type="board", worker="w1")'),
      '2:23 Write {% set sync_to_lava = {"device_type": "board", "worker": "<hostname>"} %}, without functions and filters.',
    ],
    [
      "another case than LAVA's type",
      board.replace('"board"', '"Beaglebone-Black"'),
      '2:39 Did you mean "beaglebone-black"? Otherwise, write `device-types/Beaglebone-Black.yaml` with `kind: DeviceType`.',
    ],
  ])('%s', (_, text, hint) => {
    expect(hintsOf(one, text)).toEqual([hint]);
  });

  it('a variable that a loop, an import or a job defines is not a word without quotes', () => {
    const text = `${board}{% from 'lonely.jinja2' import a %}{% set x = a %}{% set y = memory %}{% for b in [] %}{% set z = b %}{% endfor %}{% set w = x %}`;
    expect(hintsOf(one, text).filter((hint) => hint.includes('quotes'))).toEqual([]);
  });
});

describe('in a health check', () => {
  it.each([
    [
      'keys that are not indented',
      `${job}actions:\n- deploy:\n  to: tmpfs\n  images: {a: {url: x}}\n- boot:\n    method: minimal\n`,
      ['6:3 Indent the lines below `deploy:` by two more blanks.'],
    ],
    [
      'a number as a timeout',
      job.replace('{minutes: 5}', '10') + 'actions: []\n',
      ['2:17 Write `job: {minutes: 5}`, for example.'],
    ],
    [
      'a timeout in quotes',
      job.replace('minutes: 5', 'minutes: "5"') + 'actions: []\n',
      ['2:27 Remove the quotes.'],
    ],
    [
      'a unit that LAVA does not have',
      job.replace('{job', '{connection: {min: 2}, job') + 'actions: []\n',
      ['2:24 Write, for example, {minutes: 10}.', '2:25 Use one of: days, hours, minutes, seconds, skip.'],
    ],
    [
      'a timeout of an action without a unit',
      `${job}actions: [{boot: {method: minimal, timeout: 5}}]\n`,
      ['4:45 Write, for example, {minutes: 10}.'],
    ],
    [
      'a list of images',
      `${job}actions:\n- deploy: {to: tmpfs, images: [{url: x}]}\n`,
      ['5:31 Write `name: value` instead of `- value`.'],
    ],
    [
      'an unknown source of tests',
      `${job}actions:\n- test: {definitions: [{from: gitt, name: a, path: b, repository: c}]}\n`,
      ['5:31 Did you mean "git"?'],
    ],
    [
      'an inline test that is not complete',
      `${job}actions:\n- test: {definitions: [{from: inline, name: a, repository: {metadata: {format: Lava-Test Test Definition 1.0, name: a}}}]}\n`,
      ['5:24 undefined'],
    ],
    [
      'a misspelled key of an interactive test',
      `${job}actions:\n- test: {interactive: [{name: a, prompt: ["=>"], script: [{command: help}]}]}\n`,
      ['5:34 Did you mean "prompts" instead of "prompt"?'],
    ],
    [
      'a login without a prompt',
      `${job}actions:\n- boot: {method: u-boot, commands: a, auto_login: {login_prompt: 'login:', username: root}}\n`,
      ["5:39 Add `prompts: ['root@']`, for example: what the board prints after the login."],
    ],
  ])('%s', (_, text, hints) => {
    expect(hintsOf(check, text)).toEqual(hints);
  });
});

describe('in other files', () => {
  it.each([
    [
      'workers/w1/env.yaml',
      'export http_proxy=http://p:3128\n',
      '1:1 Write `NAME: value` on lines below `overrides:`, instead of NAME=value.',
    ],
    [
      'workers/w1/dispatcher.yaml',
      'dispatcher_ip: 192.168.1.256\n',
      '1:16 Write four numbers from 0 to 255.',
    ],
    [
      'workers/w1/dispatcher.yaml',
      'dispatcher_ip: http://10.0.0.1\n',
      '1:16 Write only the address or host name, without http:// and paths.',
    ],
    [
      'lab-config/masters/main.yaml',
      'kind: Master\nurl: https://lava.example.org/RPC2\nsites: [here]\n',
      '2:6 Write https://lava.example.org.',
    ],
    [
      'lab-config/masters/main.yaml',
      'kind: Master\nurl: https://lava.example.org\ntoken: abc\nsites: [here]\n',
      '3:1 Remove it from the history as well, replace it, and write `tokenFrom: {env: NAME}`.',
    ],
    [
      'lab-config/masters/main.yaml',
      'kind: Master\nurl: https://lava.example.org\nsites: [here]\nrelease: 2023.10\n',
      '4:10 Write a release such as "2023.01", in quotes.',
    ],
    [
      'lab-config/lab.yaml',
      'kind: Lab\nname: a\ndeviceTypeSources: [{git: "https://h/r.git"}]\n',
      '3:21 Add `commit: ...`.',
    ],
    [
      'lab-config/sites/here.yaml',
      "kind: Site\nowners: '@someone'\n",
      "2:9 Write a list: `owners: ['@someone']`.",
    ],
    [
      'device-dictionaries/board-1.yaml',
      'kind: Device\nworker: none\n',
      '2:9 Specify it in one place.',
      '2:9 Write `worker: null` and `site: ...` for a device without a worker, in <hostname>.yaml.',
    ],
    [
      'device-dictionaries/board-3.jinja2~',
      board,
      'undefined:undefined Delete it, and add its ending to .gitignore.',
    ],
    [
      'device-dictionaries/board-3.jinja2.txt',
      board,
      'undefined:undefined Rename it to device-dictionaries/board-3.jinja2.',
    ],
    [
      'device-types/board2.YAML',
      'kind: DeviceType\n',
      'undefined:undefined Rename it to device-types/board2.yaml.',
    ],
  ])('%s: %j', (path, text, ...hints) => {
    expect(hintsOf(path, text)).toEqual(hints);
  });
});
