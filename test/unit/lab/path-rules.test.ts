import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { fitterOf } from '../../../src/model/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';
import { startCpuClock } from '../../support/clocks.js';

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
  it('put the rules of the lab before those of the master', () => {
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

  it('cause a warning about a path that matches nothing in the lab, with a suggestion', () => {
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

  it('must be valid paths', () => {
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
  ])('finds that the lab itself specifies %s', (path, texts, place) => {
    const { findings } = load({ ...texts, 'lab-config/lab.yaml': ignoring(path) });
    expect(findings).toContain(`${place} error ignored-but-said`);
  });

  it('leave what is specified and ignored as it is on the master', () => {
    const { desired } = load({ 'lab-config/lab.yaml': ignoring('worker/w1/description') });
    expect(desired('main')?.blocked.get('worker/w1')).toEqual(['ignored-but-said']);
    expect(desired('main')?.blocked.has('device/board-1')).toBe(true);
    expect(desired('other')?.blocked.size).toBe(0);
  });

  it('cause no finding if the lab does not specify the field, and are passed to the master', () => {
    const { findings, master } = load({
      'lab-config/lab.yaml': ignoring('device/*/description', 'device/not-ours-*/*'),
    });
    expect(findings).toEqual([]);
    expect(master('main')?.ignore).toEqual([
      { path: 'device/*/description', reason: 'not ours' },
      { path: 'device/not-ours-*/*', reason: 'not ours' },
    ]);
  });

  it('let one of several masters ignore what all of them would get', () => {
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

  it.each([
    ['everything', '*/*/*', 'error ignored-but-said'],
    ['everything, in other words', '**/***/**', 'error ignored-but-said'],
    ['something that is not a path', '**', 'error yaml-wrong-value'],
    ['a place outside', '../../*', 'warning path-rule-unused'],
    ['a place outside, by name', 'device/..%2F..%2Fboard-1/tags', 'warning path-rule-unused'],
    ['another case', 'Device/board-1/*', 'warning path-rule-unused'],
    ['a name in another case', 'device/Board-1/dictionary', 'warning path-rule-unused'],
    ['letters that look the same', 'device/bo\u0430rd-1/dictionary', 'warning path-rule-unused'],
    ['what every object has in JavaScript', 'constructor/__proto__/*', 'warning path-rule-unused'],
  ])('says of a rule that ignores %s what is wrong with it', (_what, path, finding) => {
    const { findings } = load({ 'lab-config/lab.yaml': ignoring(path) });
    expect(findings.map((one) => one.replace(/^\S+ /, ''))).toContain(finding);
  });

  it('are reported if they are written to take long, and do not take long', () => {
    const boards = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `device-dictionaries/${'a'.repeat(90)}${index}.jinja2`,
        tagged.replace('"usb"', ''),
      ]),
    );
    const hostile = [`${'*a'.repeat(60)}b`, `*${'a'.repeat(60)}b*`, `${'*'.repeat(200)}b`];
    const paths = Array.from({ length: 198 }, (_, index) => `device/${hostile[index % 3] ?? ''}/*?`);
    const cpuMs = startCpuClock();
    const { findings } = load({ ...boards, 'lab-config/lab.yaml': ignoring(...paths) });
    expect(findings.filter((one) => one.endsWith('path-rule-unused')).length).toBeGreaterThan(90);
    expect(cpuMs()).toBeLessThan(4000);
  });
});

describe('a path', () => {
  const pieces = fc.array(fc.constantFrom('*', '*', 'a', 'b', 'ab', '.', '(', '\u00e9'), { maxLength: 8 });
  const texts = fc.array(fc.constantFrom('a', 'b', 'ab', '.', '(', '\u00e9'), { maxLength: 8 });

  it('matches a name if and only if its regular expression does', () => {
    fc.assert(
      fc.property(pieces, texts, (glob, text) => {
        const source = glob.map((one) => (one === '*' ? '[^]*' : one.replace(/[.(]/, '\\$&'))).join('');
        const fits = fitterOf(`device/${glob.join('')}/tags`);
        const key = `device/${text.join('')}` as const;
        for (let again = 0; again < 2; again++)
          expect(fits(key, 'tags')).toBe(new RegExp(`^${source}$`).test(text.join('')));
        expect(fits(key, 'health')).toBe(false);
        expect(fits(`worker/${text.join('')}`, 'tags')).toBe(false);
      }),
    );
  });
});
