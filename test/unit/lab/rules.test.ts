import { describe, expect, it } from 'vitest';

import { compareRules, isKnownSource, loadLab, readRules, type LabRules } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const base = {
  ...smallLab,
  'lab-config/lab.yaml': `kind: Lab
name: small
policy: {prune: retire, mode: warn, ignore: [{path: device/*/description}]}
deviceTypeSources: [{git: 'https://git.example.org/templates.git', commit: ${'a'.repeat(40)}}]
`,
  'lab-config/masters/main.yaml':
    'kind: Master\nurl: https://lava.example.org\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n',
};

function rulesOf(texts: Readonly<Record<string, string>>): LabRules {
  const rules = readRules(labOf(texts));
  if (rules === null) throw new Error('no rules');
  return rules;
}

function change(path: string, from: string, to: string): Record<string, string> {
  const text = (base as Readonly<Record<string, string>>)[path] ?? '';
  expect(text).toContain(from);
  return { ...base, [path]: text.replace(from, to) };
}

const main = 'lab-config/masters/main.yaml';
const lab = 'lab-config/lab.yaml';

describe('changes of the rules that a change is judged by', () => {
  it.each([
    ['nothing', { ...base, 'device-types/board.yaml': 'kind: DeviceType\n' }, []],
    [
      'the address of a master',
      change(main, 'lava.example.org', 'evil.example.com'),
      ['master main: address: {"url":"https://lava.example.org"} -> {"url":"https://evil.example.com"}'],
    ],
    [
      'the source of its token',
      change(main, 'LAVA_TOKEN', 'AWS_SECRET_ACCESS_KEY'),
      ['master main: tokenFrom: {"env":"LAVA_TOKEN"} -> {"env":"AWS_SECRET_ACCESS_KEY"}'],
    ],
    [
      'the limits',
      change(lab, 'prune: retire', 'prune: retire, maxRemoveShare: 1'),
      ['policy.maxRemoveShare: 0.3 -> 1'],
    ],
    [
      'the mode of all masters',
      change(lab, 'mode: warn', 'mode: observe'),
      [
        'policy.mode: warn -> observe',
        'master main: mode: warn -> observe',
        'master other: mode: warn -> observe',
      ],
    ],
    [
      'what the lab ignores',
      change(lab, 'device/*/description', 'device/*/*'),
      ['policy.ignore: device/*/description -> device/*/*'],
    ],
    [
      'what a master ignores',
      change(main, 'sites:', 'ignore: [{path: device/board-1/*}]\nsites:'),
      ['master main: ignore: nothing -> device/board-1/*'],
    ],
    [
      'the order of its modes',
      change(
        main,
        'sites:',
        'modes: [{path: device/*/*, mode: enforce}, {path: "*/*/*", mode: observe}]\nsites:',
      ),
      ['master main: modes: nothing -> enforce device/*/*, observe */*/*'],
    ],
    [
      'the source of templates',
      change(lab, 'https://git.example.org', 'https://me:secret@evil.example.com'),
      ['deviceTypeSources: https://evil.example.com/templates.git is new, so nothing was fetched from there'],
    ],
    ['only their commit', change(lab, 'a'.repeat(40), 'b'.repeat(40)), []],
    [
      'a master that is new',
      { ...base, 'lab-config/masters/new.yaml': base[main] },
      ['master new: it is new'],
    ],
    [
      'a master that is broken',
      change(main, 'kind: Master', 'kind: Masters'),
      ['master main: it leaves the lab, or its file has errors'],
    ],
  ])('%s', (_what, after, expected) => {
    expect(compareRules(rulesOf(base), rulesOf(after))).toEqual(expected);
  });

  it('are none without a usable lab.yaml', () => {
    expect(readRules(labOf({ ...base, [lab]: 'kind: [' }))).toBeNull();
    expect(readRules(labOf({}))).toBeNull();
  });
});

describe('a lab under the rules of another revision', () => {
  const load = (texts: Readonly<Record<string, string>>) => loadLab(labOf(texts), { rules: rulesOf(base) });

  it('has its own devices, with the masters and the policy of the rules', () => {
    const { lab: loaded } = load({
      ...change(main, 'url: https://lava.example.org', 'url: https://evil.example.com\nmode: observe'),
      [lab]: 'kind: Lab\nname: small\npolicy: {maxRemoveShare: 1, prune: report}\n',
      'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: second\n',
    });
    expect(loaded?.policy).toEqual(rulesOf(base).policy);
    expect(loaded?.masters.get('main')).toEqual(rulesOf(base).masters.get('main'));
    expect(loaded?.desired.get('main')?.master).toEqual(rulesOf(base).masters.get('main'));
    expect(loaded?.desired.get('main')?.objects.get('worker/w1')?.fields).toEqual({ description: 'second' });
  });

  it('serves the sites that the lab specifies', () => {
    const { lab: loaded } = load(change(main, 'sites: [here]', 'sites: [here, there]'));
    expect(loaded?.desired.get('main')?.objects.has('device/board-2')).toBe(true);
  });

  it('specifies what only its own rules would ignore', () => {
    const { lab: loaded } = load(change(main, 'sites:', 'ignore: [{path: device/board-1/*}]\nsites:'));
    const desired = loaded?.desired.get('main');
    // The lab contradicts itself (ignored-but-said), which is a finding; it is not ignored.
    expect(desired?.blocked.get('device/board-1')).toContain('ignored-but-said');
    const { lab: left } = load({
      ...change(main, 'sites:', 'ignore: [{path: "*/w1/*"}]\nsites:'),
      'workers/w1/worker.yaml': 'kind: Worker\nsite: here\n',
    });
    expect(left?.desired.get('main')?.objects.has('worker/w1')).toBe(true);
  });

  it('leaves out what the rules ignore, although the lab now specifies it: the finding was the old lab’s', () => {
    const says = {
      ...base,
      [lab]: 'kind: Lab\nname: small\n',
      'device-dictionaries/board-1.yaml': 'kind: Device\ndescription: mine\n',
    };
    const loaded = load(says);
    expect(loaded.findings.map(({ code }) => code)).not.toContain('ignored-but-said');
    expect(loaded.lab?.desired.get('main')?.objects.get('device/board-1')?.fields).not.toHaveProperty(
      'description',
    );
  });

  it('has no master that is not in the rules', () => {
    const { lab: loaded } = load({ ...base, 'lab-config/masters/new.yaml': base[main] });
    expect([...(loaded?.masters.keys() ?? [])]).toEqual(['main', 'other']);
  });

  it('uses templates from the locations in the rules, at any commit', () => {
    const rules = rulesOf(base);
    const git = 'https://git.example.org/templates.git';
    expect(isKnownSource({ git, commit: 'c'.repeat(40), path: 'x' }, rules)).toBe(true);
    expect(
      isKnownSource(
        { git: 'https://evil.example.com/templates.git', commit: 'a'.repeat(40), path: '' },
        rules,
      ),
    ).toBe(false);
    expect(isKnownSource({ directory: git }, rules)).toBe(false);
  });
});
