import { describe, expect, it } from 'vitest';
import { readBehaviours } from '../../support/jinja-behaviours.js';
import { renderOurs } from '../../support/jinja-compare.js';

const behaviours = readBehaviours();
const areas = [...new Set(behaviours.map(({ area }) => area))];

describe.each(areas)('jinja: %s', (area) => {
  it.each(
    behaviours
      .filter((behaviour) => behaviour.area === area)
      .map((b) => [JSON.stringify(b.example.templates), b] as const),
  )('%s', (_, { example, expected }) => {
    const ours = renderOurs(example);
    expect('text' in ours ? { text: ours.text } : { error: ours.error, message: '' }).toEqual(expected);
  });
});
