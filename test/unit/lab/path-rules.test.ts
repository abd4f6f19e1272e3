import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab-files.js';
import { smallLab } from '../../support/small-lab.js';

const lab = 'kind: Lab\nname: small\npolicy:\n';
const tagged = `{% extends 'board.jinja2' %}
{% set sync_to_lava = {
  "device_type": "board", "worker": "w1",
  "tags": ["usb"], "aliases": ["plank"]} %}
`;

function load(texts: Readonly<Record<string, string>>) {
  const { lab: loaded, findings } = loadLab(labOf({ ...smallLab, ...texts }));
  return {
    desired: (name: string) => loaded?.desired.get(name),
    master: (name: string) => loaded?.masters.get(name),
    findings: findings.map(
      ({ code, severity, place }) =>
        `${place.file}:${place.line ?? 0}:${place.column ?? 0} ${severity} ${code}`,
    ),
    hints: findings.map(({ hint }) => hint),
  };
}

function ignoring(...paths: string[]): string {
  return `${lab}  ignore:\n${paths.map((path) => `    - path: '${path}'\n      reason: not ours\n`).join('')}`;
}

describe('drift modes by path', () => {
  it('puts the rules of the lab before those of the master', () => {
    const { master, findings } = load({
      'lab-config/lab.yaml': `${lab}  modes: [{path: 'device/*/tags', mode: observe}]\n`,
      'lab-config/masters/main.yaml':
        "kind: Master\nurl: https://lava.example.org\nsites: [here]\nmodes: [{path: 'worker/w1/*', mode: enforce}]\n",
    });
    expect(findings).toEqual([]);
    expect(master('main')?.modes).toEqual([
      { path: 'device/*/tags', mode: 'observe' },
      { path: 'worker/w1/*', mode: 'enforce' },
    ]);
    expect(master('other')?.modes).toEqual([{ path: 'device/*/tags', mode: 'observe' }]);
  });

  it('warns about a path that fits nothing in the lab, with what may be meant', () => {
    const { findings, hints } = load({
      'lab-config/lab.yaml': `${lab}  modes:
    - {path: 'devices/*/tags', mode: observe}
    - {path: 'device/*/tag', mode: observe}
    - {path: 'device/elsewhere-*/tags', mode: observe}
`,
    });
    expect(findings).toEqual([
      'lab-config/lab.yaml:5:14 warning path-rule-unused',
      'lab-config/lab.yaml:6:14 warning path-rule-unused',
      'lab-config/lab.yaml:7:14 warning path-rule-unused',
    ]);
    expect(hints).toEqual(['Did you mean "device"?', 'Did you mean "tags"?', undefined]);
  });

  it('refuses what is no path', () => {
    const { findings } = load({ 'lab-config/lab.yaml': `${lab}  modes: [{path: device/x, mode: warn}]\n` });
    expect(findings).toEqual(['lab-config/lab.yaml:4:18 error yaml-wrong-value']);
  });
});

describe('ignore rules', () => {
  it.each([
    ['worker/w1/description', {}, 'workers/w1/worker.yaml:3:14'],
    ['worker/*/env', { 'workers/w1/env.yaml': 'overrides: {}\n' }, 'workers/w1/env.yaml:1:1'],
    ['device-type/board/description', {}, 'device-types/board.yaml:2:14'],
    ['template/lonely/text', {}, 'device-types/lonely.jinja2:1:1'],
    ['health-check/*/job', {}, 'device-types/board.health-check.yaml:1:1'],
    [
      'device/*-1/tags',
      { 'device-dictionaries/board-1.jinja2': tagged },
      'device-dictionaries/board-1.jinja2:4:11',
    ],
    [
      'device-type/*/aliases',
      { 'device-dictionaries/board-1.jinja2': tagged },
      'device-dictionaries/board-1.jinja2:4:31',
    ],
    ['device/board-1/dictionary', {}, 'device-dictionaries/board-1.jinja2:1:1'],
    [
      'device/*/version',
      { 'device-dictionaries/board-2.yaml': 'kind: Device\nversion: B1\n' },
      'device-dictionaries/board-2.yaml:2:10',
    ],
  ])('finds that the lab says %s itself', (path, texts, place) => {
    const { findings } = load({ ...texts, 'lab-config/lab.yaml': ignoring(path) });
    expect(findings).toContain(`${place} error ignored-but-said`);
  });

  it('leaves what is said and ignored as it is on the master', () => {
    const { desired } = load({ 'lab-config/lab.yaml': ignoring('worker/w1/description') });
    expect(desired('main')?.blocked.get('worker/w1')).toEqual(['ignored-but-said']);
    expect(desired('main')?.blocked.has('device/board-1')).toBe(true);
    expect(desired('other')?.blocked.size).toBe(0);
  });

  it('says nothing where the lab is silent, and hands the rules to the master', () => {
    const { findings, master } = load({
      'lab-config/lab.yaml': ignoring('device/*/description', 'device/not-ours-*/*'),
    });
    expect(findings).toEqual([]);
    expect(master('main')?.ignore).toEqual([
      { path: 'device/*/description', reason: 'not ours' },
      { path: 'device/not-ours-*/*', reason: 'not ours' },
    ]);
  });

  it('lets one master of several ignore what all of them would get', () => {
    const { findings, desired } = load({
      'lab-config/masters/main.yaml':
        "kind: Master\nurl: https://lava.example.org\nsites: [here]\nignore:\n  - path: 'template/lonely/text'\n  - path: 'device-type/board/description'\n",
    });
    expect(findings).toEqual([]);
    expect(desired('main')?.objects.has('template/lonely')).toBe(false);
    expect(desired('other')?.objects.has('template/lonely')).toBe(true);
    expect(desired('main')?.objects.get('device-type/board')?.fields).toEqual({});
    expect(desired('other')?.objects.get('device-type/board')?.fields).toEqual({ description: 'a board' });
  });

  it('takes no long time for a hostile path', () => {
    const path = `device/${'*a'.repeat(140)}/tags`;
    const started = performance.now();
    expect(load({ 'lab-config/lab.yaml': ignoring(path) }).findings).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
