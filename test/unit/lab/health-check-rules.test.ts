import { describe, expect, it } from 'vitest';

import { findUnsupported } from '../../../src/executor/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const job = 'job_name: hc\nvisibility: public\ntimeouts: {job: {minutes: 10}}\n';
const boot = `actions:\n- boot: {method: u-boot, commands: ramdisk, prompts: ["#"]}\n`;
const embedded = 'kind: Master\nembedded: {worker: w1}\nsites: [here]\n';

/** The findings for the health check of the type `board`, with the files of the small lab. */
function findingsOf(check: string, changes: Readonly<Record<string, string>> = {}): string[] {
  const files = { ...smallLab, 'device-types/board.health-check.yaml': check, ...changes };
  const { findings } = loadLab(labOf(files), { findUnsupported });
  return findings.map(
    ({ place: { file, line, column }, severity, message }) =>
      `${file.replace('device-types/board.health-check.yaml', '')}:${line}:${column} ${severity} ${message}`,
  );
}

describe('a health check', () => {
  it('is correct', () => {
    expect(findingsOf(job + boot)).toEqual([]);
  });

  it('has no secrets, because they would be in the repository', () => {
    const check = `${job.replace('public', 'personal')}secrets: {token: abc}\n${boot}`;
    expect(findingsOf(check)).toEqual([
      ':4:1 warning everyone who can read the repository can read these secrets',
    ]);
  });

  it('is one finding if it is below a key', () => {
    const wrapped = `# a check\njob:\n${(job + boot).replaceAll(/^/gm, '  ')}`;
    expect(findingsOf(wrapped)).toEqual([
      ':2:1 error the job is below the key "job", and LAVA reads it only at the top level of the file',
    ]);
  });

  it('is read by the rules of a submitted job: every problem is reported', () => {
    const check = `${job.replace('{job: {minutes: 10}}', '{job: {minutes: 10}, action: {minutes: 15}}')}priority: lowest\n${boot}`;
    expect(findingsOf(check)).toEqual([
      ":3:40 error timeouts.action: is longer than the job's own timeout",
      ':4:11 error priority: must be high, medium, low, or a whole number from 0 to 100, not "lowest"',
    ]);
  });

  it('is checked inside even if its outer structure is wrong', () => {
    const check = `${job}prioriti: low\npriority: lowest\n${boot.replace('boot:', 'boot: {}\n- boot:')}`;
    const found = findingsOf(check).join('\n');
    expect(found).toContain('unknown key "prioriti"');
    expect(found).toContain('actions[0].boot');
  });

  it('cannot be a multinode job, which is the only finding', () => {
    const roles = 'protocols:\n  lava-multinode:\n    roles: {a: {device_type: board, count: 2}}\n';
    expect(findingsOf(roles + job + boot)).toEqual([
      ':3:5 error protocols.lava-multinode: not allowed in a health check, which runs on one device',
    ]);
  });

  it('may request its type by an alias of the type', () => {
    const check = `${job}device_type: brd\n${boot}`;
    expect(findingsOf(check)).toEqual([
      ':4:14 warning the job requests "brd", but the file is the health check of "board"',
    ]);
    const inType = { 'device-types/board.yaml': 'kind: DeviceType\naliases: [brd]\n' };
    expect(findingsOf(check, inType)).toEqual([]);
    const inDictionary = {
      'device-dictionaries/board-1.jinja2': dictionary('board', 'w1').replace(
        '"worker"',
        '"aliases": ["brd"], "worker"',
      ),
    };
    expect(findingsOf(check, inDictionary)).toEqual([]);
  });

  it('does not need a tag, which LAVA ignores', () => {
    expect(findingsOf(`${job}tags: [pxe-ok]\n${boot}`)).toEqual([
      ':4:8 warning no device of the type "board" has the tag "pxe-ok"',
    ]);
    const tagged = { 'device-dictionaries/board-1.yaml': 'kind: Device\ntags: [pxe-ok]\n' };
    expect(findingsOf(`${job}tags: [pxe-ok]\n${boot}`, tagged)).toEqual([]);
  });

  it('needs a group that exists', () => {
    const check = job.replace('public', '{group: [lab-on]}') + boot;
    const types = {
      'device-types/board.yaml':
        'kind: DeviceType\npermissions: [{group: lab-one, permission: view_devicetype}]\n',
    };
    expect(findingsOf(check, types)).toEqual([
      ':2:21 warning no other file of the lab names the group "lab-on"; if the master does not have it, the devices become Bad',
    ]);
    expect(findingsOf(check.replace('lab-on', 'lab-one'), types)).toEqual([]);
  });

  describe('that our executor cannot run', () => {
    const check = `${job}actions:\n- deploy: {to: tftp, kernel: {url: "http://images.example.org/zImage", type: zimage}}\n`;
    const message =
      'actions[0].deploy.to: "tftp" is not supported, only tmpfs (the master "main" runs jobs with lavaflow\'s own executor)';

    it('is an error if only an embedded master runs it', () => {
      const other = 'kind: Master\nembedded: {worker: w2}\nsites: [there]\n';
      const masters = { 'lab-config/masters/main.yaml': embedded, 'lab-config/masters/other.yaml': other };
      expect(findingsOf(check, masters)).toEqual([
        `:5:16 error ${message.replace('"main"', '"main" and "other"')}`,
      ]);
    });

    it('is a warning if a stock LAVA runs it, too, and nothing without an embedded master', () => {
      expect(findingsOf(check, { 'lab-config/masters/main.yaml': embedded })).toEqual([
        `:5:16 warning ${message}`,
      ]);
      expect(findingsOf(check)).toEqual([]);
    });
  });
});
