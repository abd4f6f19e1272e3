import { describe, expect, it } from 'vitest';
import { createLabLoader, createLabTemplates, renderDevice } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const template = 'is: {{ scheduled_device_name }} {{ scheduled_device_type }} {{ arch }}\n';

function masters(release: string): Record<string, string> {
  return Object.fromEntries(
    ['main', 'other'].map((name) => {
      const path = `lab-config/masters/${name}.yaml`;
      return [path, `${smallLab[path] ?? ''}release: "${release}"\n`];
    }),
  );
}

function lab(files: Readonly<Record<string, string>>) {
  return labOf({ ...smallLab, ...masters('2026.10'), 'device-types/our-base.jinja2': template, ...files });
}

describe('a dictionary has access to the device that it is rendered for', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['of the type in sync_to_lava', {}, 'is: board-1 board arm'],
    [
      'of the type that the file next to it specifies',
      { 'device-dictionaries/board-1.yaml': 'kind: Device\ndeviceType: lonely\n' },
      'is: board-1 lonely arm',
    ],
    [
      'of the type that its template is for, when nothing says more',
      { 'device-dictionaries/board-1.jinja2': "{% extends 'our-base.jinja2' %}\n" },
      'is: board-1 our-base arm',
    ],
  ])('%s', (_, files, expected) => {
    const context = { arch: 'arm', scheduled_device_name: 'another' };
    expect(renderDevice(createLabTemplates(lab(files)), 'board-1', context)).toBe(expected);
  });

  it('which older releases do not provide', () => {
    expect(renderDevice(createLabTemplates(lab(masters('2026.05'))), 'board-1')).toBe('is:   ');
  });

  it('also when it is checked, and again when its type changes', () => {
    const picky = {
      'device-types/our-base.jinja2': "{{ {'board': 'usb_sleep: 1'}[scheduled_device_type] }}\n",
    };
    const loader = createLabLoader();
    expect(loader.load(lab(picky)).findings).toEqual([]);
    const other = { 'device-dictionaries/board-1.yaml': 'kind: Device\ndeviceType: lonely\n' };
    const { findings, rendered } = loader.load(lab({ ...picky, ...other }));
    expect(rendered).toBe(1);
    expect(findings.map(({ code }) => code)).toContain('rendered-not-a-mapping');
  });
});
