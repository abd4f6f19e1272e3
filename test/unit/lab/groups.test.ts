import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

function load(change: Readonly<Record<string, string>>) {
  const { lab, findings } = loadLab(labOf({ ...smallLab, ...change }));
  return {
    lab,
    findings: findings.map(
      ({ code, severity, place: { file, line, column }, hint }) =>
        `${[file, line, column].filter((part) => part !== undefined).join(':')} ${severity} ${code}: ${hint ?? ''}`,
    ),
  };
}

const file = 'lab-config/groups/kernel-team.yaml';

describe('a group in the lab', () => {
  it('is desired on every master, with its members and permissions as sets', () => {
    const { lab, findings } = load({
      [file]: `kind: Group
members: [zoe, ann, ann]
permissions: [lava_scheduler_app.testjob.view_testjob, lava_scheduler_app.device.add_device]
`,
      'lab-config/groups/nobody.yaml': 'kind: Group\nmembers: []\n',
      'lab-config/groups/any.yaml': 'kind: Group\n',
    });
    expect(findings).toEqual([]);
    for (const desired of lab?.desired.values() ?? []) {
      expect(desired.objects.get('group/kernel-team')?.fields).toEqual({
        members: ['ann', 'zoe'],
        permissions: ['lava_scheduler_app.device.add_device', 'lava_scheduler_app.testjob.view_testjob'],
      });
      expect(desired.objects.get('group/nobody')?.fields).toEqual({ members: [] });
      expect(desired.objects.get('group/any')?.fields).toEqual({});
    }
  });

  it.each([
    ['kind: Group\nmember: [ann]\n', `${file}:2:1 error yaml-unknown-key`],
    ['kind: Group\nmembers: ann\n', `${file}:2:10 error yaml-wrong-type`],
    ['kind: Group\nmembers: [ann smith]\n', `${file}:2:11 error yaml-wrong-value`],
    [
      'kind: Group\npermissions: [lava_scheduler_app.device.add_devices]\n',
      `${file}:2:15 error yaml-wrong-value`,
    ],
    ['kind: Groups\n', `${file}:1:7 error yaml-wrong-value`],
  ])('with a mistake is blocked: %j', (text, finding) => {
    const { lab, findings } = load({ [file]: text });
    expect(findings.map((one) => one.slice(0, finding.length))).toEqual([finding]);
    expect([...(lab?.desired.get('main')?.blocked.keys() ?? [])]).toEqual(['group/kernel-team']);
  });

  it.each([
    ['add_device', 'Did you mean "lava_scheduler_app.device.add_device"?'],
    ['device.add_device', 'Did you mean "lava_scheduler_app.device.add_device"?'],
    ['lava_scheduler_app.device.add_devices', 'Did you mean "lava_scheduler_app.device.add_device"?'],
    ['everything', 'See docs/groups.md for the permissions of LAVA.'],
  ])('with the unknown permission %s gets a short finding', (permission, hint) => {
    const lab = labOf({ ...smallLab, [file]: `kind: Group\npermissions: [${permission}]\n` });
    const [finding] = loadLab(lab).findings;
    expect(finding?.message).toMatch(
      /^"permissions.0" must be one of the \d+ values in schemas\/group.schema.json$/,
    );
    expect(finding?.hint).toBe(hint);
  });

  it('has a name that is also a file name, and differs from others in more than case', () => {
    const { findings } = load({
      'lab-config/groups/-x.yaml': 'kind: Group\n',
      'lab-config/groups/a.yaml': 'kind: Group\n',
      'lab-config/groups/A.yaml': 'kind: Group\n',
      'lab-config/groups/a.yml': 'kind: Group\n',
    });
    expect(findings.map((one) => one.split(' ').slice(0, 3).join(' ').replace(':', ''))).toEqual([
      'lab-config/groups/-x.yaml error name-invalid',
      'lab-config/groups/A.yaml error name-duplicate',
      'lab-config/groups/a.yml error file-unknown',
    ]);
  });

  it('is suggested for a name that is almost its own, at the place of that name', () => {
    const { findings } = load({
      [file]: 'kind: Group\n',
      'device-types/board.yaml':
        'kind: DeviceType\npermissions:\n  - {group: kernel-taem, permission: view_devicetype}\n  - {group: staff, permission: view_devicetype}\n',
      'device-dictionaries/b1.yaml':
        'kind: Device\ndeviceType: board\nworker: w1\nphysicalGroup: kernel-taem\n',
    });
    expect(findings).toEqual([
      'device-types/board.yaml:3:3 warning group-unknown: Did you mean "kernel-team"? Otherwise, write lab-config/groups/kernel-taem.yaml.',
    ]);
  });
});
