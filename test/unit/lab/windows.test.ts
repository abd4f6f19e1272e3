import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import type { DesiredMaster } from '../../../src/model/index.js';
import { labOf } from '../../support/lab/lab-files.js';

const files = {
  'lab-config/lab.yaml': 'kind: Lab\nname: windows\n',
  'lab-config/masters/main.yaml': 'kind: Master\nurl: https://lava.example.com\nsites: [berlin]\n',
  'lab-config/sites/berlin.yaml': 'kind: Site\nowners: []\ntimeZone: Europe/Berlin\n',
  'workers/rack-1/worker.yaml': 'kind: Worker\nsite: berlin\n',
  'device-types/our-board.jinja2': 'actions: {}\n',
  'device-dictionaries/board-1.jinja2':
    "{% extends 'our-board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'our-board', 'worker': 'rack-1'} %}\n",
  'device-dictionaries/board-1.yaml': 'kind: Device\n',
};
const window = (rule: string) =>
  `maintenanceWindows:\n  - {days: [monday], from: '07:00', to: '09:00', reason: cleaning${rule}}\n`;

function load(more: Readonly<Partial<Record<keyof typeof files, string>>>) {
  const texts = Object.entries(files).map(([path, text]) => [
    path,
    text + (more[path as keyof typeof files] ?? ''),
  ]);
  const { lab, findings } = loadLab(labOf(Object.fromEntries(texts) as Record<string, string>));
  const desired = lab?.desired.get('main') as DesiredMaster;
  const of = [...(desired.windows ?? [])].map(([key, list]) => [key, list.map((one) => [one.of, one.rule])]);
  return { desired, findings, of: Object.fromEntries(of) as Record<string, unknown> };
}

describe('maintenance windows of a lab', () => {
  it('allow changes by default, and are known nevertheless', () => {
    const { of, findings } = load({
      'lab-config/sites/berlin.yaml': window(''),
      'workers/rack-1/worker.yaml': window(', reconcile: allowed'),
    });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(of['worker/rack-1']).toEqual([
      ['site berlin', 'allowed'],
      ['worker rack-1', 'allowed'],
    ]);
  });

  it('are part of the worker, with those of its site, and of the device, so that a master runs no jobs in them', () => {
    const { desired } = load({
      'lab-config/sites/berlin.yaml': window(''),
      'workers/rack-1/worker.yaml': window(', reconcile: required'),
      'device-dictionaries/board-1.yaml': window(', reconcile: denied'),
    });
    const applied = (of: string) => ({
      ...{ timeZone: 'Europe/Berlin', days: ['monday'], from: '07:00', to: '09:00', reason: 'cleaning' },
      of,
    });
    expect(desired.objects.get('worker/rack-1')?.fields).toEqual({
      maintenanceWindows: [applied('site berlin'), applied('worker rack-1')],
    });
    expect(desired.objects.get('device/board-1')?.fields).toMatchObject({
      maintenanceWindows: [applied('device board-1')],
    });
  });

  it('are declared by nothing in a lab without them', () => {
    const { desired } = load({});
    expect(desired.windows).toBeUndefined();
    for (const { fields } of desired.objects.values())
      expect(fields).not.toHaveProperty('maintenanceWindows');
  });

  it('apply to the workers and devices of the site, to the devices of the worker, and to the device', () => {
    const { of, desired } = load({
      'lab-config/sites/berlin.yaml': window(', reconcile: denied'),
      'workers/rack-1/worker.yaml': window(', reconcile: required'),
      'device-dictionaries/board-1.yaml': window(', reconcile: denied'),
    });
    const shared = [
      ['site berlin', 'denied'],
      ['worker rack-1', 'required'],
    ];
    expect(of).toEqual({
      'worker/rack-1': shared,
      'device/board-1': [...shared, ['device board-1', 'denied']],
    });
    expect(desired.windows?.get('device/board-1')?.map(({ timeZone }) => timeZone)).toEqual(
      Array(3).fill('Europe/Berlin'),
    );
  });

  it.each([
    ['lab-config/sites/berlin.yaml', 5],
    ['workers/rack-1/worker.yaml', 4],
    ['device-dictionaries/board-1.yaml', 3],
  ] as const)('have findings with place and hint in %s', (file, line) => {
    const { findings } = load({ [file]: window(', reconcile: never') });
    expect(findings.find((finding) => finding.place.file === file)).toMatchObject({
      severity: 'error',
      place: { file, line },
      hint: expect.stringMatching(/Use one of: allowed, denied, required/) as string,
    });
  });

  it('block the workers and devices of a site whose file has errors: nobody knows when they may be changed', () => {
    const { desired } = load({ 'lab-config/sites/berlin.yaml': window(', reconcile: never') });
    expect([...desired.blocked.keys()].sort()).toEqual(['device/board-1', 'worker/rack-1']);
  });
});
