import { describe, expect, it } from 'vitest';
import { componentsOf, followChains, shortestCycle, type Template } from '../../../src/templates/index.js';

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
  it('groups nodes that point to each other, after all nodes that they point to', () => {
    expect(componentsOf([[1], [2], [0, 3], [], [3], [5]])).toEqual([[3], [0, 1, 2], [4], [5]]);
  });
});

describe('shortestCycle', () => {
  const graph = [[1, 2], [2], [3], [0], [0]];

  it('returns the nodes of the path, with the start at both ends', () => {
    expect(shortestCycle(graph, 0, 100).way).toEqual([0, 2, 3, 0]);
    expect(shortestCycle([[0]], 0, 100).way).toEqual([0, 0]);
  });

  it('returns null if there is no cycle or the steps run out', () => {
    expect(shortestCycle(graph, 4, 100).way).toBeNull();
    expect(shortestCycle(graph, 0, 2)).toEqual({ way: null, steps: 3 });
  });
});

describe('followChains', () => {
  it('returns exactly the files that each file uses', () => {
    const chains = chainsOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [], e: ['e', 'a'], f: ['g'], g: ['f'] });
    expect(
      Object.fromEntries(Object.entries(chains).map(([path, { files }]) => [path, files.join('')])),
    ).toEqual({ a: 'abcd', b: 'bd', c: 'cd', d: 'd', e: 'abcde', f: 'fg', g: 'fg' });
  });

  it('propagates that a part is missing', () => {
    const chains = chainsOf({ a: ['b'], b: ['missing'], c: ['d'], d: [null], e: ['f'], f: ['a', 'e'] });
    const partial = Object.entries(chains).filter(([, { isPartial }]) => isPartial);
    expect(partial.map(([path]) => path).sort()).toEqual(['a', 'b', 'e', 'f']);
  });
});
