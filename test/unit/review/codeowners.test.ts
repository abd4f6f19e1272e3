import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { loadLab, readRules, type DeviceReach } from '../../../src/lab/index.js';
import {
  codeownersLimitBytes,
  codeownersText,
  isGeneratedCodeowners,
  makeReview,
} from '../../../src/review/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { ownersByCodeowners } from '../../support/lab/match-codeowners.js';
import { inputOf } from '../../support/lab/review-of.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

type Texts = Readonly<Record<string, string>>;

function codeownersOf(texts: Texts, prefix = ''): string {
  const files = labOf(texts);
  const rules = readRules(files);
  if (rules === null) throw new Error('no rules');
  return codeownersText({ files: files.keys(), reach: loadLab(files).reach, rules, prefix });
}

function rulesIn(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('CODEOWNERS', () => {
  it('lists maintainers, workers and the files that belong to others, the last match of which wins', () => {
    const text = codeownersOf({
      ...smallLab,
      'lab-config/lab.yaml': "kind: Lab\nname: small\nmaintainers: ['@org/keepers']\n",
      'workers/w1/env.yaml': 'A: b\n',
      'workers/w1/strange.txt': 'x\n',
      'workers/README.md': 'x\n',
    });
    expect(isGeneratedCodeowners(text)).toBe(true);
    expect(rulesIn(text)).toEqual([
      '* @org/keepers',
      '/workers/w1/ @someone',
      '/workers/w2/ @org/team',
      '/device-dictionaries/board-1.jinja2 @someone',
      '/device-dictionaries/board-2.jinja2 @org/team',
      '/device-dictionaries/lonely-1.jinja2 @someone',
      '/device-types/board.health-check.yaml @someone @org/team',
      '/device-types/board.jinja2 @someone @org/team',
      '/device-types/board.yaml @someone @org/team',
      '/device-types/lonely.jinja2 @someone',
      '/device-types/our-base.jinja2 @someone @org/team',
      '/lab-config/sites/here.yaml @someone',
      '/lab-config/sites/there.yaml @org/team',
      '/workers/README.md',
      '/workers/w1/strange.txt @org/keepers',
    ]);
  });

  it('mentions that nobody owns the rest if there are no maintainers', () => {
    const text = codeownersOf(smallLab);
    expect(text).toContain('Nobody owns what is not listed below');
    expect(ownersByCodeowners(text, 'lab-config/lab.yaml')).toEqual([]);
  });

  it('contains no file whose name it cannot express', () => {
    const odd = [
      'a b.jinja2',
      '#c.jinja2',
      'd!.jinja2',
      'e[1].jinja2',
      'f*.jinja2',
      'g\\.jinja2',
      'ü.jinja2',
    ];
    const texts = {
      ...smallLab,
      ...Object.fromEntries(odd.map((name) => [`device-types/${name}`, 'x\n'])),
    };
    expect(codeownersOf(texts)).toBe(codeownersOf(smallLab));
  });

  it('is about the directory of the lab alone, if the lab is in a subdirectory', () => {
    const texts = {
      ...smallLab,
      'lab-config/lab.yaml': "kind: Lab\nname: small\nmaintainers: ['@org/keepers']\n",
    };
    const text = codeownersOf(texts, 'farm/');
    expect(ownersByCodeowners(text, 'src/main.c')).toEqual([]);
    for (const path of Object.keys(texts)) {
      expect(ownersByCodeowners(text, `farm/${path}`)).toEqual(ownersByCodeowners(codeownersOf(texts), path));
    }
  });

  it('gives each file the owners that a review requires', () => {
    fc.assert(
      fc.property(labs, (texts) => {
        const text = codeownersOf(texts);
        const input = inputOf(texts, {});
        for (const path of [...Object.keys(texts), '.github/CODEOWNERS', 'README.md']) {
          // Of a change of this file alone.
          const { approvals } = makeReview({ ...input, changedFiles: [path] });
          const expected = [...new Set(approvals.flatMap(({ owners }) => owners))].sort();
          expect([path, [...ownersByCodeowners(text, path)].sort()]).toEqual([path, expected]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is far below the limit of GitHub for 5,000 devices of 50 sites', () => {
    const { rules } = inputOf(smallLab, {});
    const names = Array.from({ length: 50 }, (_, number) => `site-${number}`);
    const [site] = rules.sites.values();
    if (site === undefined) throw new Error('no site');
    const sites = new Map(
      names.map((name) => [
        name,
        { ...site, name, owners: [`@an-organisation/team-of-${name}`, '@a-person'] },
      ]),
    );
    const templates = Array.from({ length: 100 }, (_, number) => `device-types/type-${number}.jinja2`);
    const devices = new Map(
      Array.from({ length: 5000 }, (_, number): [string, DeviceReach] => {
        const files = new Set([templates[number % 100] ?? '', 'device-types/base.jinja2']);
        const own = { site: names[number % 50] ?? '', deviceType: `type-${number % 100}` };
        return [`board-with-a-long-name-${number}`, { ...own, tags: [], aliases: [], files, isOpen: false }];
      }),
    );
    const files = [...devices.keys()].flatMap((name) => [
      `device-dictionaries/${name}.jinja2`,
      `device-dictionaries/${name}.yaml`,
    ]);
    const workers = new Map(names.map((name) => [`worker-${name}`, name]));
    const input = {
      reach: { devices, workers },
      rules: { sites, maintainers: ['@an-organisation/keepers'] },
    };
    const all = [...files, ...templates, 'device-types/base.jinja2'];
    const text = codeownersText({ files: all, ...input, prefix: '' });
    expect(rulesIn(text).length).toBeGreaterThan(10_000);
    expect(Buffer.byteLength(text)).toBeLessThan(codeownersLimitBytes / 2);
  });
});

const owner = fc.constantFrom('@a', '@b', '@org/c', '@org/d.e_f');
const labs = fc
  .record({
    maintainers: fc.uniqueArray(owner, { maxLength: 2 }),
    sites: fc.array(fc.uniqueArray(owner, { maxLength: 2 }), { minLength: 3, maxLength: 3 }),
    // A fourth site does not exist, so the site of such a worker is unknown.
    workers: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
    // Each type extends an earlier one, or none.
    types: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    devices: fc.array(fc.record({ type: fc.nat(4), worker: fc.nat(3), hasYaml: fc.boolean() }), {
      maxLength: 6,
    }),
    more: fc.uniqueArray(
      fc.constantFrom(
        'workers/README.md',
        'workers/w.0/README.md',
        'workers/w.0/env.yaml',
        'workers/w.0/typo.yml',
        'workers/nobody@1/env.yaml',
        'device-types/.gitkeep',
        'device-types/t1.yaml',
        'device-types/t1.health-check.yaml',
        'device-types/unused.jinja2',
        'device-dictionaries/d1.jinja2.orig',
        'device-dictionaries/sub/d1.jinja2',
        'lab-config/groups/all.yaml',
        'lab-config/sites/README.md',
      ),
    ),
  })
  .map(({ maintainers, sites, workers, types, devices, more }): Texts => ({
    'lab-config/lab.yaml': `kind: Lab\nname: l\nmaintainers: ${JSON.stringify(maintainers)}\n`,
    'lab-config/masters/m.yaml': 'kind: Master\nurl: https://lava.example.org\nsites: [s0, s1, s2]\n',
    ...Object.fromEntries(
      sites.map((owners, at) => [
        `lab-config/sites/s${at}.yaml`,
        `kind: Site\nowners: ${JSON.stringify(owners)}\n`,
      ]),
    ),
    ...Object.fromEntries(
      workers.map((site, at) => [`workers/w.${at}/worker.yaml`, `kind: Worker\nsite: s${site}\n`]),
    ),
    ...Object.fromEntries(
      types.map((parent, at) => [
        `device-types/t${at}.jinja2`,
        parent < at ? `{% extends 't${parent}.jinja2' %}\n` : 'actions: {}\n',
      ]),
    ),
    ...Object.fromEntries(
      devices.flatMap(({ type, worker, hasYaml }, at) => [
        [`device-dictionaries/d${at}.jinja2`, dictionary(`t${type}`, `w.${worker}`)],
        ...(hasYaml ? [[`device-dictionaries/d${at}.yaml`, 'kind: Device\n'] as const] : []),
      ]),
    ),
    ...Object.fromEntries(more.map((path) => [path, 'x: 1\n'])),
  }));
