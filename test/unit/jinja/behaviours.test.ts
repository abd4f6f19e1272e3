import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBehaviours, readLavaFilters } from '../../support/jinja-behaviours.js';
import { renderOurs } from '../../support/jinja-compare.js';
import { featureOf } from '../../support/jinja-features.js';

const behaviours = readBehaviours();
const all = [...behaviours, ...readLavaFilters()];
const areas = [...new Set(all.map(({ area }) => area))];

describe.each(areas)('jinja: %s', (area) => {
  it.each(
    all
      .filter((behaviour) => behaviour.area === area)
      .map((b) => [JSON.stringify(b.example.templates), b] as const),
  )('%s', (_, { example, expected }) => {
    const ours = renderOurs(example);
    expect('text' in ours ? { text: ours.text } : { error: ours.error, message: '' }).toEqual(expected);
  });
});

describe('docs/jinja-compared.md', () => {
  it('counts the behaviours that there are', () => {
    const counts = new Map<string, number>();
    for (const behaviour of behaviours) {
      const { group, name } = featureOf(behaviour);
      const key = `${group} ${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const page = readFileSync('docs/jinja-compared.md', 'utf8');
    const rows = page.matchAll(/^\| (\w[\w ]*?) +\| (.+?) +\| (\d+) +\| (\d+) +\| \d+ +\| \d+ +\|$/gm);
    const shown = Array.from(rows, ([, group = '', name = '', all = '', ours = '']) => {
      expect(ours).toBe(all);
      return [`${group} ${name}`, Number(all)] as const;
    });
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(counts));
  });
});
