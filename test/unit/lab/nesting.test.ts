/** Nesting is limited before anything recursive reads a YAML file: Node may end the process when the stack is used up. */
import { expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { setYamlKey } from '../../../src/lab/write-back/edit-yaml.js';
import { findTooDeep } from '../../../src/lab/yaml/nesting.js';
import { startCpuClock } from '../../support/clocks.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const deep = [
  '['.repeat(120_000),
  '['.repeat(3000) + ']'.repeat(3000),
  '{a: '.repeat(30_000),
  `${'- '.repeat(60_000)}a`,
  '? '.repeat(60_000),
  Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
];

it.each(deep.map((text) => [text.slice(0, 12), text]))('%j... is one finding', (_, text) => {
  const files = ['lab-config/lab.yaml', 'workers/w1/worker.yaml', 'workers/w1/env.yaml'];
  const cpuMs = startCpuClock();
  const { findings } = loadLab(
    labOf({ ...smallLab, ...Object.fromEntries(files.map((file) => [file, text])) }),
  );
  expect(cpuMs()).toBeLessThan(10_000);
  for (const file of files) {
    const found = findings.filter(({ place }) => place.file === file);
    expect(found.map(({ code }) => code)).toEqual(['yaml-too-complex']);
    expect(found[0]?.place.line).toBeGreaterThan(0);
  }
});

it('points to the first part that is too deep', () => {
  expect(findTooDeep(`a: [${'['.repeat(62)}b`)).toBeUndefined();
  expect(findTooDeep(`a: [${'['.repeat(63)}b`)).toBe(66);
  expect(findTooDeep(`# ${'['.repeat(100)}\na: '${'['.repeat(100)}'\n`)).toBeUndefined();
  const { findings } = loadLab(labOf({ ...smallLab, 'lab-config/lab.yaml': `a: ${'['.repeat(100)}` }));
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'yaml-too-complex',
      message: 'the file is nested too deeply',
      hint: 'Nest at most 64 levels.',
      place: { file: 'lab-config/lab.yaml', line: 1, column: 67 },
    }),
  );
});

it('a file that is nested too deeply is not edited', () => {
  expect(setYamlKey(`a: ${'['.repeat(3000)}`, 'b', 'c')).toBeNull();
});
