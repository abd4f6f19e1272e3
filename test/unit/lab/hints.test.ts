/** Hints name what to write. */
import { describe, expect, it } from 'vitest';

import { loadLab, schemas } from '../../../src/lab/index.js';
import { hintForPattern } from '../../../src/lab/schema/pattern-hints.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const type = 'device-types/board.yaml';
const env = 'workers/w1/env.yaml';
const dispatcher = 'workers/w1/dispatcher.yaml';
const site = 'lab-config/sites/here.yaml';
const lab = 'lab-config/lab.yaml';

function hintsOf(path: string, text: string): string[] {
  const { findings } = loadLab(labOf({ ...smallLab, [path]: text }));
  return findings
    .filter(({ place, code }) => place.file === path && code !== 'master-unusable')
    .map(({ place: { line, column }, hint }) => `${line}:${column} ${hint}`);
}

describe('a value that a schema rejects', () => {
  it.each([
    [env, 'purge: yess\n', '1:8 Write `purge: true`.'],
    [env, 'purge: maybe\n', '1:8 Write `purge: true` or `purge: false`.'],
    [env, 'removes: LANG\n', '1:10 Write a list: `removes: [LANG]`.'],
    [env, 'overrides:\n- A=b\n', '2:1 Write `NAME: value` on lines below `overrides:`, without dashes.'],
    [env, 'overrides: {A: 1}\n', '1:16 Put it in quotes.'],
    [
      env,
      'overrides:\n  A: b\n  "A=B": c\n',
      '3:3 Use names without "=", and values without NUL characters.',
    ],
    [env, 'HTTP_PROXY: http://p\n', '1:1 Write variables and their values below `overrides:`.'],
    [dispatcher, 'dispatcher_ip: "a b"\n', '1:16 Write it without blanks.'],
    [dispatcher, 'nbd_server_port: 8080\n', '1:18 Put it in quotes.'],
    [dispatcher, 'dispatcher_pi: 192.0.2.1\n', '1:1 Did you mean "dispatcher_ip"?'],
    [dispatcher, 'tftp_size_limit: big\n', '1:18 Write a whole number of at least 1.'],
    [
      type,
      'kind: DeviceType\nhealthCheckFrequency: {hours: 0}\n',
      '2:31 Write a whole number from 1 to 100000.',
    ],
    [
      type,
      'kind: DeviceType\nhealthCheckFrequency: 24\n',
      '2:23 Write `healthCheckFrequency: {hours: 24}`, for example.',
    ],
    [type, 'kind: DeviceType\nhealthCheckFrequency: {hours: 1, jobs: 1}\n', '2:23 Keep one of them.'],
    [type, 'kind: DeviceType\nhealthCheckFrequency: {}\n', '2:23 Add one of them.'],
    [type, 'kind: DeviceType\ndisplay: yes\n', '2:10 Write `display: true`.'],
    [type, 'kind: DeviceType\nbits: "64"\n', '2:7 Write the number without quotes.'],
    [type, 'kind: DeviceType\naliases: x\n', '2:10 Write a list: `aliases: [x]`.'],
    [
      type,
      'kind: DeviceType\naliases: {x: y}\n',
      '2:10 Write a list: start each entry with `- `, and without keys.',
    ],
    [type, 'kind: Device\n', '1:7 Write `kind: DeviceType`.'],
    [type, 'description: a\n', '1:1 Add `kind: DeviceType`.'],
    [type, 'kind: DeviceType\ndescription: 5\n', '2:14 Put it in quotes.'],
    [type, 'kind: DeviceType\ndescription: [a]\n', '2:14 Write one text: `description: ...`.'],
    [site, "kind: Site\nowners: ['someone']\n", "2:10 Write '@user' or '@organisation/team', in quotes."],
    [
      site,
      'kind: Site\n',
      '1:1 Add `owners: ...`. GitHub users (@user) and teams (@organisation/team) that are responsible for the workers and devices here. If there are none, the maintainers of the lab repo are.',
    ],
    [site, 'kind: Site\nowners: []\ntimeZone: Europe/Berln\n', '3:11 Did you mean "Europe/Berlin"?'],
    [site, 'kind: Site\nowners: []\ntimeZone: CEST+2\n', '3:11 Use an IANA name such as Europe/Berlin.'],
    [lab, 'kind: Lab\nname: a\npolicy: {maxUpdateShare: 30}\n', '3:26 Write a number from 0 to 1.'],
    [lab, 'kind: Lab\nname: a\npolicy: {mode: enforced}\n', '3:16 Did you mean "enforce"?'],
    [
      lab,
      'kind: Lab\nname: a\ndeviceTypeSources: [{git: "https://h/r.git", commit: main}]\n',
      '3:54 Write the full ID of a commit, with 40 digits; branches and tags can move. `git rev-parse NAME` prints it.',
    ],
    [
      lab,
      'kind: Lab\nname: a\ndeviceTypeSources: [{git: "https://u:p@h/r.git", commit: 77087d8bbe1dc7fd94534d1955cdc4d33cccaf64}]\n',
      '3:27 Remove them, and replace them with new credentials that git gets from its own configuration: a credential helper or an SSH key.',
    ],
  ])('%s: %j', (path, text, hint) => {
    expect(hintsOf(path, text)).toEqual([hint]);
  });

  it('has a hint for each pattern', () => {
    const patterns = [...JSON.stringify(schemas).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '""']) => JSON.parse(text) as string,
    );
    expect(patterns.length).toBeGreaterThan(15);
    expect(patterns.filter((pattern) => hintForPattern(pattern) === undefined)).toEqual([]);
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    [site, 'kind: Site\nowners: [@someone]\n', 'Put the value in quotes: YAML reserves its first character.'],
    [site, 'kind: Site\nowners:\n\t- a\n', 'Indent with spaces: YAML does not allow tabs.'],
    [site, 'kind: Site\nowners: []\ndescription: rack: 3\n', 'Put the value in quotes: it contains a colon.'],
    [site, 'kind: Site\nowners: ["@a"\n', 'Close the bracket.'],
    [site, 'kind: Site\nowners: []\ndescription: "a\n', 'Close the quotation mark.'],
    [env, 'overrides:\n  A:b\n  C: d\n', 'Write a blank after the colon.'],
    [
      env,
      'overrides:\n  A: {{ b }}\n',
      'Remove the Jinja2, or put the value in quotes: only dictionaries and templates (`.jinja2`) are rendered.',
    ],
    [
      site,
      'kind: Site\nowners: []\n---\nkind: Site\n',
      'Keep one document, and remove the line `---` between them.',
    ],
  ])('%s: %j', (path, text, hint) => {
    expect(hintsOf(path, text).map((line) => line.replace(/^\d+:\d+ /, ''))).toEqual([hint]);
  });
});

describe('a name', () => {
  function findingsOf(files: Readonly<Record<string, string>>): string[] {
    const { findings } = loadLab(labOf({ ...smallLab, ...files }));
    return findings.map(
      ({ place, code, message, hint }) => `${place.file} ${code}: ${message} | ${hint ?? ''}`,
    );
  }

  it('of a group or site is not rejected in the name of LAVA', () => {
    expect(
      findingsOf({
        'lab-config/groups/kernel team.yaml': 'kind: Group\n',
        'lab-config/groups/lava-health.yaml': 'kind: Group\nmembers: []\n',
      }),
    ).toEqual([
      'lab-config/groups/kernel team.yaml name-invalid: "kernel team" cannot be the name of a group | Use letters, digits, "-", "_", ".", "@"; start with a letter, digit or "_"; at most 200 characters.',
      'lab-config/groups/lava-health.yaml name-invalid: the group "lava-health" belongs to LAVA itself, and lavaflow does not touch it | Delete the file.',
    ]);
  });

  it('of a device must not be that of a template, also of one that LAVA ships', () => {
    expect(findingsOf({ 'device-dictionaries/qemu.jinja2': dictionary('qemu', 'w1') })).toEqual([
      'device-dictionaries/qemu.jinja2 name-duplicate: the device "qemu" has the name of a template, and LAVA would use its dictionary as the template | Rename the device.',
    ]);
  });

  it('of a template is without a directory', () => {
    expect(findingsOf({ 'device-dictionaries/board-1.jinja2': dictionary('a/board', 'w1') })).toContain(
      `device-dictionaries/board-1.jinja2 template-unknown: there is no template "a/board.jinja2" | Did you mean "board.jinja2"? Otherwise, move the template to device-types/board.jinja2, and name it 'board.jinja2': the templates of a lab are not in subdirectories.`,
    );
  });
});

it('a password in a file of a worker is an error, and the name of a file is not', () => {
  const { findings } = loadLab(
    labOf({ ...smallLab, [env]: 'overrides:\n  LAVA_PASSWORD: hunter2\n  TOKEN_FILE: /etc/x\n' }),
  );
  expect(findings.map(({ code, place: { line, column } }) => `${code} ${line}:${column}`)).toEqual([
    'secret-in-worker-file 2:3',
  ]);
  expect(JSON.stringify(findings)).not.toContain('hunter2');
});

it('a health check may name a group that has a file', () => {
  const check = (smallLab['device-types/board.health-check.yaml'] ?? '').replace(
    'public',
    '{group: [kernel]}',
  );
  const { findings } = loadLab(
    labOf({
      ...smallLab,
      'device-types/board.health-check.yaml': check,
      'lab-config/groups/kernel.yaml': 'kind: Group\n',
    }),
  );
  expect(findings).toEqual([]);
});
