import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';

/** A public lab whose dictionaries claim aliases of each other's types (field case 18). */
const fieldCase: Readonly<Record<string, string>> = {
  'lab-config/lab.yaml': 'kind: Lab\nname: field\n',
  'lab-config/sites/here.yaml': 'kind: Site\ndescription: A rack\nowners: []\n',
  'lab-config/masters/m.yaml': 'kind: Master\nembedded:\n  worker: worker-01\nsites: [here]\n',
  'workers/worker-01/worker.yaml': 'kind: Worker\nsite: here\n',
  'device-types/nxp-ls2088.yaml': 'kind: DeviceType\n',
  'device-types/qemu.yaml': 'kind: DeviceType\n',
  'device-dictionaries/ls-1.jinja2': board('nxp-ls2088', '["fsl-ls2088a-rdb"]'),
  'device-dictionaries/ls-2.jinja2': board('nxp-ls2088', '["fsl-ls2088a-rdb", "ls2088"]'),
  'device-dictionaries/q-1.jinja2': board('qemu', '["nxp-ls2088", "QEMU"]'),
  'device-dictionaries/x15-1.jinja2': board('am57xx-beagle-x15', '["x15", "fsl-ls2088a-rdb"]'),
  'device-dictionaries/x15-2.jinja2': board('am57xx-beagle-x15', '["beaglebone-black"]'),
  'device-dictionaries/x15-3.jinja2': board('am57xx-beagle-x15', '[]'),
};

/** The same lab without the dictionaries that cause the conflicts. */
const peaceful = Object.fromEntries(
  Object.entries(fieldCase).filter(([path]) => !/\/(?:q-1|x15-1)\./.test(path)),
);

function board(type: string, aliases: string): string {
  return `{% extends '${type}.jinja2' %}
{% set sync_to_lava = {"device_type": "${type}", "worker": "worker-01", "aliases": ${aliases}} %}
{% set connection_command = 'telnet localhost 7001' %}
`;
}

function load(change: Readonly<Record<string, string>> = {}, base = fieldCase) {
  const { lab, findings } = loadLab(labOf({ ...base, ...change }));
  const desired = lab?.desired.get('m');
  return {
    found: findings
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ code, message, place: { file, line, column } }) => `${file}:${line}:${column} ${code}: ${message}`,
      ),
    blocked: [...(desired?.blocked.keys() ?? [])].sort(),
    fieldsOf: (key: `device-type/${string}`) => desired?.objects.get(key)?.fields,
  };
}

describe('an alias', () => {
  it('belongs to one type and is not the name of a type, wherever it is specified', () => {
    const { found, blocked } = load();
    expect(found).toEqual([
      'device-dictionaries/ls-1.jinja2:2:88 name-duplicate: the device types "nxp-ls2088" and "am57xx-beagle-x15" (device-dictionaries/x15-1.jinja2:2) both have the alias "fsl-ls2088a-rdb"',
      'device-dictionaries/q-1.jinja2:2:82 name-duplicate: the alias "nxp-ls2088" of the device type "qemu" is the name of a device type',
      'device-dictionaries/q-1.jinja2:2:96 name-duplicate: the alias "QEMU" of the device type "qemu" differs only in case from the device type "qemu"',
      'device-dictionaries/x15-1.jinja2:2:102 name-duplicate: the device types "am57xx-beagle-x15" and "nxp-ls2088" (device-dictionaries/ls-1.jinja2:2) both have the alias "fsl-ls2088a-rdb"',
    ]);
    expect(blocked).toEqual([
      'device-type/am57xx-beagle-x15',
      'device-type/nxp-ls2088',
      'device-type/qemu',
      ...['ls-1', 'ls-2', 'q-1', 'x15-1', 'x15-2', 'x15-3'].map((name) => `device/${name}`),
    ]);
  });

  it('conflicts between the file of a type, the file of a device, and a dictionary', () => {
    const inTypeFile = { 'device-types/qemu.yaml': 'kind: DeviceType\naliases: [LS2088]\n' };
    expect(load(inTypeFile, peaceful).found).toEqual([
      'device-dictionaries/ls-2.jinja2:2:107 name-duplicate: the alias "ls2088" of the device type "nxp-ls2088" and the alias "LS2088" of "qemu" (device-types/qemu.yaml:2) differ only in case',
      'device-types/qemu.yaml:2:11 name-duplicate: the alias "LS2088" of the device type "qemu" and the alias "ls2088" of "nxp-ls2088" (device-dictionaries/ls-2.jinja2:2) differ only in case',
    ]);
    const inDeviceFile = {
      'device-dictionaries/q-1.yaml':
        'kind: Device\ndeviceType: qemu\nworker: worker-01\naliases: [Am57xx-Beagle-X15]\n',
    };
    expect(load(inDeviceFile, peaceful).found).toEqual([
      'device-dictionaries/q-1.yaml:4:11 name-duplicate: the alias "Am57xx-Beagle-X15" of the device type "qemu" differs only in case from the device type "am57xx-beagle-x15"',
    ]);
  });

  it('is reported at its entry, and once, however it is spelled', () => {
    const files = {
      'device-types/qemu.yaml': 'kind: DeviceType\naliases:\n- ok\n- LS2088\n- ls2088\n',
    };
    expect(load(files, peaceful).found.filter((line) => line.includes('qemu.yaml:'))).toEqual([
      expect.stringContaining('(device-types/qemu.yaml:'),
      expect.stringContaining('device-types/qemu.yaml:4:3 name-duplicate: the alias "LS2088"'),
      expect.stringContaining('device-types/qemu.yaml:5:3 name-duplicate: the device types "qemu"'),
    ]);
  });

  it('is added by all dictionaries of its type, also in a lab with a thousand', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `device-dictionaries/b-${index}.jinja2`,
        board('am57xx-beagle-x15', '["x15"]'),
      ]),
    );
    const { found, fieldsOf } = load(many, peaceful);
    expect(found).toEqual([]);
    expect(fieldsOf('device-type/am57xx-beagle-x15')).toEqual({ aliases: ['beaglebone-black', 'x15'] });
    expect(fieldsOf('device-type/nxp-ls2088')).toEqual({ aliases: ['fsl-ls2088a-rdb', 'ls2088'] });
  });

  it('is not removed because the dictionary that adds it cannot be read', () => {
    const unknownType = {
      'device-dictionaries/ls-2.jinja2': "{% extends 'nxp-ls2088.jinja2' %}\n{% set sync_to_lava = {",
    };
    expect(load(unknownType, peaceful).blocked).toEqual([
      'device-type/am57xx-beagle-x15',
      'device-type/nxp-ls2088',
      'device/ls-2',
    ]);
    const unknownAlias = { 'device-dictionaries/ls-2.jinja2': board('nxp-ls2088', '["a b"]') };
    expect(load(unknownAlias, peaceful).blocked).toEqual(['device-type/nxp-ls2088', 'device/ls-2']);
    // It is the only dictionary that adds an alias: the list in the file of the type would be too short.
    const inTypeFile = { 'device-types/nxp-ls2088.yaml': 'kind: DeviceType\naliases: [ls2088]\n' };
    const others = { 'device-dictionaries/ls-1.jinja2': board('nxp-ls2088', '[]') };
    expect(load({ ...others, ...inTypeFile, ...unknownAlias }, peaceful).blocked).toEqual([
      'device-type/nxp-ls2088',
      'device/ls-2',
    ]);
    // The dictionary of another board does not render, but all of its aliases are known.
    const unrendered = {
      'device-dictionaries/ls-2.jinja2': `${board('nxp-ls2088', '["ls2088"]')}{{ 1 / 0 }}`,
    };
    expect(load(unrendered, peaceful).fieldsOf('device-type/nxp-ls2088')).toEqual({
      aliases: ['fsl-ls2088a-rdb', 'ls2088'],
    });
  });
});
