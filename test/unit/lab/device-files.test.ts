import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import type { DeviceFields } from '../../../src/model/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const plain = "{% extends 'board.jinja2' %}\n";

function load(texts: Readonly<Record<string, string>>) {
  const { lab, findings } = loadLab(labOf({ ...smallLab, ...texts }));
  const fieldsOn = (master: string, name: string): DeviceFields | undefined => {
    const object = lab?.desired.get(master)?.objects.get(`device/${name}`);
    return object?.kind === 'device' ? object.fields : undefined;
  };
  const keysOn = (master: string) => [...(lab?.desired.get(master)?.objects.keys() ?? [])];
  return { findings, fieldsOn, keysOn, codes: findings.map(({ code }) => code) };
}

describe('device-dictionaries/<hostname>.yaml', () => {
  it('specifies everything about a device whose dictionary has no sync_to_lava', () => {
    const { codes, fieldsOn } = load({
      'device-dictionaries/new.jinja2': plain,
      'device-dictionaries/new.yaml': `kind: Device
deviceType: board
worker: w1
description: on the shelf
health: Retired
version: B2
tags: [usb, hdmi]
physicalOwner: ann
physicalGroup: null
permissions: [{group: staff, permission: view_device}]
`,
    });
    expect(codes).toEqual([]);
    expect(fieldsOn('main', 'new')).toEqual({
      deviceType: 'board',
      worker: 'w1',
      description: 'on the shelf',
      health: 'Retired',
      version: 'B2',
      tags: ['hdmi', 'usb'],
      physicalOwner: 'ann',
      physicalGroup: null,
      permissions: [{ group: 'staff', permission: 'view_device' }],
      dictionary: plain,
    });
  });

  it('takes precedence over the dictionary, with a warning if they differ', () => {
    const { findings, fieldsOn } = load({
      'device-dictionaries/board-1.yaml': 'kind: Device\ndeviceType: board\nworker: w2\n',
    });
    expect(findings.map(({ code, severity, place }) => [code, severity, place.file, place.line])).toEqual([
      ['device-contradicts-dictionary', 'warning', 'device-dictionaries/board-1.yaml', 3],
    ]);
    expect(fieldsOn('main', 'board-1')).toBeUndefined();
    expect(fieldsOn('other', 'board-1')).toMatchObject({ worker: 'w2' });
  });

  it('defines a device without a dictionary, whose dictionary is then not touched', () => {
    const { codes, fieldsOn } = load({
      'device-dictionaries/row.yaml': 'kind: Device\ndeviceType: board\nworker: w1\n',
    });
    expect(codes).toEqual([]);
    expect(fieldsOn('main', 'row')).toEqual({ deviceType: 'board', worker: 'w1' });
  });

  it('specifies the site of a device without a worker', () => {
    const { codes, fieldsOn, keysOn } = load({
      'device-dictionaries/loose.yaml': 'kind: Device\ndeviceType: board\nworker: null\nsite: there\n',
    });
    expect(codes).toEqual([]);
    expect(keysOn('main')).not.toContain('device/loose');
    expect(fieldsOn('other', 'loose')).toEqual({ deviceType: 'board', worker: null });
  });

  it.each([
    ['kind: Device\nworker: w1\n', 'dictionary-without-device-type', 1],
    ['kind: Device\ndeviceType: board\n', 'dictionary-without-worker', 1],
    ['kind: Device\ndeviceType: board\nsite: nowhere\n', 'site-unknown', 3],
    ['kind: Device\ndeviceType: nothing\nworker: w1\n', 'device-type-unknown', 2],
    ['kind: Device\ndeviceType: board\nworker: w9\n', 'worker-unknown', 3],
    ['kind: Device\nworker: [w1]\n', 'yaml-wrong-type', 2],
  ])('blocks its device when it is wrong: %j', (text, code, line) => {
    const { findings, keysOn } = load({
      'device-dictionaries/new.jinja2': plain,
      'device-dictionaries/new.yaml': text,
    });
    expect(findings).toMatchObject([{ code, place: { file: 'device-dictionaries/new.yaml', line } }]);
    expect(keysOn('main')).not.toContain('device/new');
    expect(keysOn('main')).toContain('device/board-1');
  });

  it('is rejected if its name differs only in case from that of a dictionary', () => {
    const { codes } = load({
      'device-dictionaries/BOARD-1.yaml': 'kind: Device\ndeviceType: board\nworker: w1\n',
    });
    expect(codes).toEqual(['name-duplicate']);
  });
});
