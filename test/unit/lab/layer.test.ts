import { describe, expect, it } from 'vitest';
import {
  createLabTemplates,
  deviceTypeSourcesOf,
  isLabPath,
  overlay,
  renderDevice,
} from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

describe('overlay', () => {
  it('adds certificates to the lab, in byte order', () => {
    const merged = overlay(
      labOf({ 'workers/z/worker.yaml': 'a', 'device-types/x.jinja2': 'b' }),
      labOf({ 'workers/a/certificate.key': 'c' }),
    );
    expect([...merged.keys()]).toEqual([
      'device-types/x.jinja2',
      'workers/a/certificate.key',
      'workers/z/worker.yaml',
    ]);
  });

  it.each([
    'workers/a/worker.yaml',
    'workers/certificate.key',
    'workers/a/b/certificate.key',
    'lab-config/lab.yaml',
    'workers/../certificate.key',
  ])('refuses %s', (path) => {
    expect(() => overlay(new Map(), labOf({ [path]: 'x' }))).toThrow('the local layer must not contain');
  });

  it('refuses a link', () => {
    const layer = labOf({ 'workers/a/certificate.key': { type: 'symlink', target: '/etc/passwd' } });
    expect(() => overlay(new Map(), layer)).toThrow('is not a regular file');
  });
});

describe('isLabPath', () => {
  it('accepts only the four directories', () => {
    expect(
      ['workers', 'workers/a/b', 'lab-config/lab.yaml', 'device-types/x', 'device-dictionaries/y'].every(
        isLabPath,
      ),
    ).toBe(true);
    expect(
      ['src/workers/a', 'workers2/a', 'README.md', '', '.lavaflow/layer/workers/a/certificate.key'].some(
        isLabPath,
      ),
    ).toBe(false);
  });
});

describe('deviceTypeSourcesOf', () => {
  it('returns directories and pinned commits, in order', () => {
    const commit = 'a'.repeat(40);
    const text = `kind: Lab\nname: x\ndeviceTypeSources:\n  - directory: vendor\n  - {git: 'https://g.example/x.git', commit: ${commit}, path: types}\n  - {git: 'https://g.example/y.git', commit: ${commit}}\n`;
    expect(deviceTypeSourcesOf(labOf({ 'lab-config/lab.yaml': text }))).toEqual([
      { directory: 'vendor' },
      { git: 'https://g.example/x.git', commit, path: 'types' },
      { git: 'https://g.example/y.git', commit, path: '' },
    ]);
  });

  it.each(['', 'kind: Lab\nname: x\ndeviceTypeSources: [{git: "ext::sh", commit: main}]\n'])(
    'gives none for %j',
    (text) => {
      expect(deviceTypeSourcesOf(labOf({ 'lab-config/lab.yaml': text }))).toEqual([]);
    },
  );
});

describe('renderDevice', () => {
  it("renders with a job's context", () => {
    const templates = createLabTemplates(
      labOf({ ...smallLab, 'device-types/lonely.jinja2': 'x: {{ x | default(1) }}\n' }),
    );
    expect(templates.devices).toEqual(['board-1', 'board-2', 'lonely-1']);
    expect(renderDevice(templates, 'lonely-1', { x: 2 })).toBe('x: 2');
    expect(renderDevice(templates, 'lonely-1')).toBe('x: 1');
  });

  it('throws the error of the template engine for an unknown device', () => {
    expect(() => renderDevice(createLabTemplates(labOf(smallLab)), 'nobody')).toThrow('nobody.jinja2');
  });
});
