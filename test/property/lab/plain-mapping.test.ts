import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRendered } from '../../../src/lab/judge-rendered.js';
import { isPlainMapping } from '../../../src/lab/plain-mapping.js';
import { Report } from '../../../src/lab/report.js';
import { readYaml } from '../../../src/lab/yaml-tree.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { renderedTexts } from './rendered-texts.js';

/** LAVAFLOW_PROPERTY_RUNS=100000 runs as many cases. */
const runs = Number(process.env['LAVAFLOW_PROPERTY_RUNS'] ?? 3_000);

function isMappingForParser(text: string): boolean {
  const report = new Report();
  const value = readYaml('x', text, 'rendered', report)?.value;
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isMapping && report.findings.length === 0;
}

/** Whether PyYAML makes a dict of each text, in one process. */
function areMappingsForPython(texts: readonly string[]): readonly boolean[] {
  const script = `
import json, sys, yaml
def is_mapping(text):
    try:
        return isinstance(yaml.load(text, Loader=yaml.SafeLoader), dict)
    except Exception:
        return False
json.dump([is_mapping(text) for text in json.load(sys.stdin)], sys.stdout)
`;
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as boolean[];
}

describe('isPlainMapping', () => {
  it('takes only what the YAML parser takes for a mapping', () => {
    let taken = 0;
    fc.assert(
      fc.property(renderedTexts, (text) => {
        if (!isPlainMapping(text)) return;
        taken++;
        expect(isMappingForParser(text)).toBe(true);
      }),
      { numRuns: runs },
    );
    // Otherwise nothing was tested.
    expect(taken).toBeGreaterThan(runs / 10);
  });

  it.skipIf(requireOrSkip('python3-yaml'))('takes only what PyYAML takes for a mapping', () => {
    const texts = fc.sample(renderedTexts, runs).filter(isPlainMapping);
    const verdicts = areMappingsForPython(texts);
    expect(texts.filter((_, index) => verdicts[index] !== true)).toEqual([]);
  });
});

describe.skipIf(requireOrSkip('python3-yaml'))('judgeRendered', () => {
  it('agrees with PyYAML on nearly all texts', () => {
    const texts = fc.sample(renderedTexts, { numRuns: 2_000, seed: 7 });
    const verdicts = areMappingsForPython(texts);
    const different = texts.filter((text, index) => (judgeRendered(text) === null) !== verdicts[index]);
    expect(different.length).toBeLessThan(texts.length / 20);
  });
});
