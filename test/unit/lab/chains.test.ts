import { describe, expect, it } from 'vitest';
import { followChains } from '../../../src/lab/templates/chains.js';
import { componentsOf, shortestCycle } from '../../../src/lab/templates/graph.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';
import type { Template } from '../../../src/lab/templates/template.js';

function chainsOf(named: Readonly<Record<string, readonly (string | null)[]>>) {
  const templates = Object.entries(named).map(([path, names]): Template => {
    const references = names.map((name) => ({ kind: 'include' as const, name, optional: false, at: 0 }));
    return { path, text: '', references };
  });
  const chains = followChains(templates, new Map(templates.map((template) => [template.path, template])));
  return Object.fromEntries(
    [...chains].map(([path, chain]) => [path, { ...chain, files: [...chain.files].sort() }]),
  );
}

describe('componentsOf', () => {
  it('puts together what leads to each other, after all that it leads to', () => {
    expect(componentsOf([[1], [2], [0, 3], [], [3], [5]])).toEqual([[3], [0, 1, 2], [4], [5]]);
  });
});

describe('shortestCycle', () => {
  const graph = [[1, 2], [2], [3], [0], [0]];

  it('gives the nodes of the way, the start at both ends', () => {
    expect(shortestCycle(graph, 0, 100).way).toEqual([0, 2, 3, 0]);
    expect(shortestCycle([[0]], 0, 100).way).toEqual([0, 0]);
  });

  it('finds none where there is none, or with too few steps', () => {
    expect(shortestCycle(graph, 4, 100).way).toBeNull();
    expect(shortestCycle(graph, 0, 2)).toEqual({ way: null, steps: 3 });
  });
});

describe('followChains', () => {
  it('gives each file what it is made of, and nothing else', () => {
    const chains = chainsOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [], e: ['e', 'a'], f: ['g'], g: ['f'] });
    expect(
      Object.fromEntries(Object.entries(chains).map(([path, { files }]) => [path, files.join('')])),
    ).toEqual({ a: 'abcd', b: 'bd', c: 'cd', d: 'd', e: 'abcde', f: 'fg', g: 'fg' });
  });

  it('carries on that a part is missing', () => {
    const chains = chainsOf({ a: ['b'], b: ['missing'], c: ['d'], d: [null], e: ['f'], f: ['a', 'e'] });
    const partial = Object.entries(chains).filter(([, { isPartial }]) => isPartial);
    expect(partial.map(([path]) => path).sort()).toEqual(['a', 'b', 'e', 'f']);
  });
});

/** Labs of many templates that name each other as much as they can. */
const count = 300;
const names = Array.from({ length: count }, (_, index) => `t${index}`);
const everything = (kind: string) => names.map((name) => `{% ${kind} '${name}.jinja2' %}`).join('\n');
const hostile: readonly (readonly [string, (index: number) => string])[] = [
  ['all import all', () => names.map((name) => `{% import '${name}.jinja2' as x %}`).join('\n')],
  ['all include all', () => `{% if false %}${everything('include')}{% endif %}\na: 1\n`],
  ['each extends the next', (index) => `{% extends 't${(index + 1) % count}.jinja2' %}\n`],
  [
    'all name what is not there',
    (index) => names.map((name) => `{% include 'z${index}${name}' %}`).join('\n'),
  ],
];

describe('loadLab on hostile template chains', () => {
  it.each(hostile)('takes a few seconds at most when %s', (_, text) => {
    const files = Object.fromEntries(
      names.map((name, index) => [`device-types/${name}.jinja2`, text(index)]),
    );
    const dictionaries = Object.fromEntries(
      names.map((name) => [`device-dictionaries/d-${name}.jinja2`, dictionary(name, 'w1')]),
    );
    const before = process.cpuUsage();
    const { lab } = loadLab(labOf({ ...smallLab, ...files, ...dictionaries }));
    expect(lab).not.toBeNull();
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
  });

  it('says the way of a loop, and the first part of a long one', () => {
    const loop = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `device-types/l${index}.jinja2`,
          `{% extends 'l${(index + 1) % length}.jinja2' %}\n`,
        ]),
      );
    const messageOf = (length: number) =>
      loadLab(labOf({ ...smallLab, ...loop(length) })).findings.find(({ place }) =>
        place.file.endsWith('/l0.jinja2'),
      )?.message;
    expect(messageOf(3)).toContain('l0.jinja2 -> l1.jinja2 -> l2.jinja2 -> l0.jinja2');
    expect(messageOf(50)).toContain('l19.jinja2 -> … -> l0.jinja2');
  });
});
