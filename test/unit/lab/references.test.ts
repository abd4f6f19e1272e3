import { describe, expect, it } from 'vitest';
import { loadLab, type LoadOptions } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** `file:line:column severity code` of each finding. */
function findingsOf(change: Readonly<Record<string, string | null>>, options?: LoadOptions): string[] {
  return load(change, options).findings.map(
    ({ code, severity, place: { file, line, column } }) =>
      `${[file, line, column].filter((part) => part !== undefined).join(':')} ${severity} ${code}`,
  );
}

function load(change: Readonly<Record<string, string | null>>, options?: LoadOptions) {
  const texts = Object.entries({ ...smallLab, ...change }).flatMap(([path, text]) =>
    text === null ? [] : [[path, text]],
  );
  return loadLab(labOf(Object.fromEntries(texts) as Record<string, string>), options);
}

function objectOf(
  change: Readonly<Record<string, string | null>>,
  master: string,
  key: `${'device' | 'worker' | 'device-type' | 'health-check'}/${string}`,
) {
  return load(change).lab?.desired.get(master)?.objects.get(key)?.fields;
}

const sync = (entries: string) => `{% extends 'board.jinja2' %}\n{% set sync_to_lava = {${entries}} %}\n`;
const facts = '"device_type": "board", "worker": "w1"';

describe('lab-config', () => {
  it('results in no lab without lab.yaml, and still reports the other problems', () => {
    const { lab, findings } = load({ 'lab-config/lab.yaml': null, 'device-types/x.txt': '' });
    expect(lab).toBe(null);
    expect(findings.map((finding) => finding.code)).toEqual(['file-unknown', 'lab-missing']);
  });

  it('results in no lab if no master can be read', () => {
    const change = {
      'lab-config/masters/main.yaml': 'kind: Mister\n',
      'lab-config/masters/other.yaml': null,
    };
    expect(load(change).lab).toBe(null);
  });

  it('leaves out only a broken master', () => {
    const { lab } = load({
      'lab-config/masters/main.yaml': 'kind: Master\nurl: https://x.example\nsites: [hree]\n',
    });
    expect([...(lab?.masters.keys() ?? [])]).toEqual(['other']);
  });

  it.each([
    ['kind: Lab\nname: x\npolicie: {}\n', 'lab-config/lab.yaml:3:1 error yaml-unknown-key'],
    ['kind: Lab\n', 'lab-config/lab.yaml:1:1 error yaml-missing-key'],
    ['kind: Lab\nname: 5\n', 'lab-config/lab.yaml:2:7 error yaml-wrong-type'],
    ['kind: Lab\nname: x\npolicy:\n  mode: warm\n', 'lab-config/lab.yaml:4:9 error yaml-wrong-value'],
    ['- a\n', 'lab-config/lab.yaml:1:1 error yaml-not-a-mapping'],
    ['', 'lab-config/lab.yaml:1:1 error yaml-not-a-mapping'],
    ['kind: Lab\nname: x\n---\n', 'lab-config/lab.yaml:3:1 error yaml-syntax'],
    [
      'kind: Lab\nname: x\ndeviceTypeSources:\n  - git: https://u:p@git.example/x.git\n    commit: ' +
        `${'a'.repeat(40)}\n`,
      'lab-config/lab.yaml:4:10 error url-with-credentials',
    ],
    ['kind: Lab\nname: x\noverrides: [none]\n', 'lab-config/lab.yaml:3:13 warning override-unused'],
  ])('finds what is wrong in %j', (text, finding) => {
    expect(findingsOf({ 'lab-config/lab.yaml': text })).toEqual([finding]);
  });

  it('requires exactly one address', () => {
    const findings = findingsOf({
      'lab-config/masters/main.yaml':
        'kind: Master\nurl: https://a.example\nurlFrom: {env: A}\nsites: [here]\n',
    });
    expect(findings).toContain('lab-config/masters/main.yaml:1:1 error yaml-choose-one');
  });

  it('suggests the intended name', () => {
    const { findings } = load({ 'workers/w1/worker.yaml': 'kind: Worker\nsit: here\n' });
    expect(findings.map((finding) => [finding.code, finding.hint])).toContainEqual([
      'yaml-unknown-key',
      'Did you mean "site"?',
    ]);
  });

  it('causes findings for a site that no master serves, and for an invalid time zone', () => {
    expect(
      findingsOf({ 'lab-config/sites/cellar.yaml': "kind: Site\nowners: ['@me']\ntimeZone: Mars/Base\n" }),
    ).toEqual([
      'lab-config/sites/cellar.yaml warning site-unserved',
      'lab-config/sites/cellar.yaml:3:11 error time-zone-unknown',
    ]);
  });
});

describe('workers', () => {
  it('have env, env-dut, dispatcher and certificate byte for byte', () => {
    const env = '# a proxy\noverrides:\n  http_proxy: http://p:3128\n\n';
    const certificate = 'curve\n    public-key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"\n';
    const change = {
      'workers/w1/env.yaml': env,
      'workers/w1/env-dut.yaml': 'purge: true\n',
      'workers/w1/dispatcher.yaml': 'dispatcher_ip: 192.0.2.1\n',
      'workers/w1/certificate.key': certificate,
    };
    expect(findingsOf(change)).toEqual([]);
    expect(objectOf(change, 'main', 'worker/w1')).toEqual({
      description: 'first',
      env,
      envDut: 'purge: true\n',
      dispatcherConfig: 'dispatcher_ip: 192.0.2.1\n',
      certificate,
    });
  });

  it.each([
    ['workers/w1/env.yaml', 'overrides:\n  N: no\n', ':2:6 error yaml-wrong-type'],
    ['workers/w1/env.yaml', 'override: {}\n', ':1:1 error yaml-unknown-key'],
    ['workers/w1/dispatcher.yaml', 'dispatcher_ipp: 1.2.3.4\n', ':1:1 error yaml-unknown-key'],
  ])('knows the keys of %s', (file, text, finding) => {
    expect(findingsOf({ [file]: text })).toEqual([`${file}${finding}`]);
  });
});

describe('dictionaries', () => {
  it('specify everything that LAVA reads from sync_to_lava', () => {
    const entries = `${facts}, "tags": ["b", "a", "a"], "physical_owner": "ann", "physical_group": "lab", "group_device_permissions": [["view_device", "g"], ["change_device", "a"]], "aliases": ["brd"]`;
    const change = { 'device-dictionaries/board-1.jinja2': sync(entries) };
    expect(findingsOf(change)).toEqual([]);
    expect(objectOf(change, 'main', 'device/board-1')).toEqual({
      deviceType: 'board',
      worker: 'w1',
      tags: ['a', 'b'],
      physicalOwner: 'ann',
      physicalGroup: 'lab',
      permissions: [
        { group: 'a', permission: 'change_device' },
        { group: 'g', permission: 'view_device' },
      ],
      dictionary: sync(entries),
    });
    expect(objectOf(change, 'main', 'device-type/board')).toEqual({
      description: 'a board',
      aliases: ['brd'],
    });
  });

  it.each([
    [`${facts}, "tag": []`, '2:64 warning sync-unknown-key'],
    ['"device_type": "bo" ~ "ard", "worker": "w1"', '2:39 error sync-value-computed'],
    [`${facts}, "tags": [x]`, '2:72 error sync-value-computed'],
    [`${facts}, "tags": "a"`, '2:72 error sync-wrong-value'],
    [`${facts}, "tags": ["a b"]`, '2:73 error sync-wrong-value'],
    [`${facts}, "group_device_permissions": [["admin", "g"]]`, '2:94 error sync-wrong-value'],
    ['"worker": "w1"', '2:23 error dictionary-without-device-type'],
    ['"device_type": "board"', '2:23 error dictionary-without-worker'],
  ])('finds what is wrong in {%s}', (entries, finding) => {
    const file = 'device-dictionaries/board-1.jinja2';
    expect(findingsOf({ [file]: sync(entries) })).toEqual([`${file}:${finding}`]);
  });

  it('are reported with what a plain LAVA dictionary lacks', () => {
    const { findings } = loadLab(labOf({ 'device-dictionaries/q1.jinja2': "{% extends 'qemu.jinja2' %}\n" }));
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error dictionary-without-sync',
      'warning template-not-in-lab',
      'error lab-missing',
    ]);
    expect(findings[0]?.hint).toContain('"device_type": "qemu"');
  });

  it('cause one finding for all shipped templates that are not available, however many files name them', () => {
    const { findings } = load({
      'device-dictionaries/q1.jinja2': dictionary('qemu', 'w1'),
      'device-dictionaries/q2.jinja2': `${dictionary('qemu', 'w1')}{% include 'base.jinja2' %}`,
      'device-dictionaries/x1.jinja2': dictionary('x86', 'w1'),
    });
    expect(findings).toMatchObject([
      {
        code: 'template-not-in-lab',
        place: { file: 'device-dictionaries/q1.jinja2' },
        message: expect.stringMatching(
          /^"qemu.jinja2", "base.jinja2", "x86.jinja2" are .* 3 files\)$/,
        ) as string,
      },
    ]);
  });

  it('render with the templates of the sources; a shipped one that is not available is reported', () => {
    const change = { 'device-dictionaries/q1.jinja2': dictionary('qemu', 'w1') };
    const file = 'device-dictionaries/q1.jinja2';
    expect(findingsOf(change)).toEqual([`${file}:1:4 warning template-not-in-lab`]);
    expect(load(change).lab?.desired.get('main')?.objects.has('device/q1')).toBe(true);
    const source = { text: 'x: {{ 1 / 0 }}\n', file: 'source/qemu.jinja2' };
    const found = findingsOf(change, { templates: new Map([['qemu.jinja2', source]]) });
    expect(found).toHaveLength(1);
    expect(found[0]).toBe('device-dictionaries/q1.jinja2:1:1 error template-fails');
  });

  it('must name an existing device type and template; a similar name is suggested', () => {
    const { findings } = load({
      'device-dictionaries/board-1.jinja2': sync('"device_type": "bord", "worker": "w1"'),
      'device-dictionaries/lonely-1.jinja2': dictionary('lonly', 'w1'),
    });
    expect(findings.map(({ code, hint }) => [code, hint])).toEqual([
      [
        'device-type-unknown',
        'Did you mean "board"? Otherwise, write `device-types/bord.yaml` with `kind: DeviceType`.',
      ],
      [
        'template-unknown',
        'Did you mean "lonely.jinja2"? Otherwise, write device-types/lonly.jinja2, or name a source that has it in deviceTypeSources of lab-config/lab.yaml.',
      ],
      [
        'device-type-unknown',
        'Did you mean "lonely"? Otherwise, write `device-types/lonly.yaml` with `kind: DeviceType`.',
      ],
    ]);
  });
});

describe('device types', () => {
  it('may replace a shipped template if the lab confirms it, in either place', () => {
    const template = { 'device-types/qemu.jinja2': 'a: 1\n' };
    expect(
      findingsOf({ ...template, 'lab-config/lab.yaml': 'kind: Lab\nname: x\noverrides: [qemu]\n' }),
    ).toEqual([]);
    const type = { 'device-types/qemu.yaml': 'kind: DeviceType\noverridesShippedTemplate: true\n' };
    expect(findingsOf({ ...template, ...type })).toEqual([]);
    expect(findingsOf(template, { shipped: new Set(['other']) })).toEqual([]);
  });

  it('have a frequency of health checks in hours or jobs', () => {
    const file = 'device-types/board.yaml';
    const fieldsOf = (text: string) =>
      objectOf({ [file]: `kind: DeviceType\n${text}` }, 'main', 'device-type/board');
    expect(fieldsOf('healthCheckFrequency: {hours: 12}')).toEqual({
      healthCheckFrequency: { every: 12, unit: 'hours' },
    });
    expect(fieldsOf('healthCheckFrequency: {jobs: 5}')).toEqual({
      healthCheckFrequency: { every: 5, unit: 'jobs' },
    });
    expect(findingsOf({ [file]: 'kind: DeviceType\nhealthCheckFrequency: {jobs: 5, hours: 1}' })).toEqual([
      `${file}:2:23 error yaml-choose-one`,
    ]);
  });

  it('have permissions of groups', () => {
    const file = 'device-types/board.yaml';
    const view = '{group: all, permission: view_devicetype}';
    const submit = '{group: lab-one, permission: submit_to_devicetype}';
    const text = `kind: DeviceType\npermissions: [${submit}, ${view}, ${submit}]\n`;
    expect(objectOf({ [file]: text }, 'main', 'device-type/board')).toEqual({
      permissions: [
        { group: 'all', permission: 'view_devicetype' },
        { group: 'lab-one', permission: 'submit_to_devicetype' },
      ],
    });
    const wrong = 'kind: DeviceType\npermissions: [{group: all, permission: view_device}]\n';
    expect(findingsOf({ [file]: wrong })).toEqual([`${file}:2:40 error yaml-wrong-value`]);
  });

  it('must not have an alias that is already a name', () => {
    expect(findingsOf({ 'device-types/board.yaml': 'kind: DeviceType\naliases: [Lonely]\n' })).toEqual([
      'device-types/board.yaml:2:11 error name-duplicate',
    ]);
  });

  it('have their health check under the name of the template that the dictionaries extend', () => {
    const text = sync('"device_type": "board", "worker": "w1"').replace('board.jinja2', 'lonely.jinja2');
    const change = { 'device-dictionaries/board-1.jinja2': text };
    const names = (master: string) =>
      [...(load(change).lab?.desired.get(master)?.objects.keys() ?? [])].filter((key) =>
        key.startsWith('health-check/'),
      );
    expect(names('main')).toEqual(['health-check/lonely']);
    expect(names('other')).toEqual(['health-check/board']);
  });

  it('cause findings for health checks that share a template, request another type, or have no device', () => {
    const check = smallLab['device-types/board.health-check.yaml'] ?? '';
    expect(
      findingsOf({
        'device-types/lonely.health-check.yaml': check.replace('check', 'another'),
        'device-dictionaries/lonely-1.jinja2': dictionary('lonely', 'w1').replace(
          'lonely.jinja2',
          'board.jinja2',
        ),
      }),
    ).toEqual([
      'device-dictionaries/lonely-1.jinja2:2:39 warning device-type-not-extended',
      'device-types/board.health-check.yaml error health-check-conflict',
      'device-types/lonely.health-check.yaml error health-check-conflict',
    ]);
    expect(findingsOf({ 'device-types/bord.health-check.yaml': `${check}device_type: board\n` })).toEqual([
      'device-types/bord.health-check.yaml warning health-check-without-type',
      'device-types/bord.health-check.yaml:5:14 warning health-check-wrong-type',
    ]);
  });
});
