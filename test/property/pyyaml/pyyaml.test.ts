import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml, plainSections } from '../../../src/pyyaml/index.js';
import { isPlainMapping } from '../../../src/pyyaml/plain-mapping.js';
import { asPyYamlPrints, loadWithPyYaml, type PyYamlOutcome } from '../../support/python/pyyaml.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { pieceTexts } from './piece-texts.js';
import { renderedTexts } from './rendered-texts.js';

/** LAVAFLOW_PROPERTY_RUNS=100000 runs as many cases. */
const runs = Number(process.env['LAVAFLOW_PROPERTY_RUNS'] ?? 3_000);

/** What PyYAML takes and we do not, on purpose: it is in docs/pyyaml.md. */
function isKnown(text: string): boolean {
  const ours = parseYaml(text);
  return !ours.ok && ours.problem.isLimit;
}

function agrees(text: string, outcome: PyYamlOutcome | undefined): boolean {
  const ours = parseYaml(text);
  if (outcome === undefined || 'odd' in outcome) return true;
  if (!ours.ok || 'error' in outcome) return (!ours.ok && 'error' in outcome) || isKnown(text);
  return isDeepStrictEqual(asPyYamlPrints(ours.value), outcome.value);
}

describe.skipIf(requireOrSkip('python3-yaml'))('parseYaml, beside PyYAML over libyaml', () => {
  it.each([
    ['texts such as templates render to', renderedTexts],
    ['pieces of YAML in any order', pieceTexts],
  ])('takes %s alike, and gives the same values', (_, arbitrary) => {
    const texts = fc.sample(arbitrary, runs);
    const outcomes = loadWithPyYaml(texts);
    // Otherwise nothing was tested.
    const good = outcomes.filter((outcome) => 'value' in outcome).length;
    expect(good).toBeGreaterThan(runs / 20);
    expect(outcomes.length - good).toBeGreaterThan(runs / 20);
    expect(texts.filter((text, index) => !agrees(text, outcomes[index]))).toEqual([]);
  });
});

describe('isPlainMapping', () => {
  it('takes only what parseYaml takes for a mapping', () => {
    const taken = fc.sample(renderedTexts, runs).filter(isPlainMapping);
    expect(taken.length).toBeGreaterThan(runs / 10);
    const isMapping = (text: string) => {
      const parsed = parseYaml(text);
      return (
        parsed.ok && typeof parsed.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value)
      );
    };
    expect(taken.filter((text) => !isMapping(text))).toEqual([]);
  });

  it.skipIf(requireOrSkip('python3-yaml'))('takes only what PyYAML takes, with libyaml and without', () => {
    const texts = fc.sample(renderedTexts, runs).filter(isPlainMapping);
    for (const loader of ['libyaml', 'python'] as const) {
      const outcomes = loadWithPyYaml(texts, loader);
      const refused = texts.filter((_, index) => {
        const outcome = outcomes[index];
        return outcome === undefined || 'error' in outcome || ('isMapping' in outcome && !outcome.isMapping);
      });
      expect(refused).toEqual([]);
    }
  });
});

describe('plainSections', () => {
  it('contain together what the text contains', () => {
    const plain = fc.sample(renderedTexts, runs).flatMap((text) => {
      const sections = plainSections(text);
      return sections === null ? [] : [{ text, sections }];
    });
    expect(plain.length).toBeGreaterThan(runs / 10);
    const valueOf = (text: string) => {
      const parsed = parseYaml(text);
      return parsed.ok ? (parsed.value as Record<string, unknown>) : text;
    };
    const different = plain.filter(({ text, sections }) => {
      const merged = new Map(sections.flatMap((section) => Object.entries(valueOf(section))));
      return !isDeepStrictEqual(Object.fromEntries(merged), valueOf(text));
    });
    expect(different).toEqual([]);
  });
});
