import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** Labs of many templates that name each other as much as they can. */
const count = 300;
const names = Array.from({ length: count }, (_, index) => `t${index}`);
const everything = (kind: string) => names.map((name) => `{% ${kind} '${name}.jinja2' %}`).join('\n');
const hostile: readonly (readonly [string, (index: number) => string])[] = [
  ['all import all', () => names.map((name) => `{% import '${name}.jinja2' as x %}`).join('\n')],
  ['all include all', () => `{% if false %}${everything('include')}{% endif %}\na: 1\n`],
  ['each extends the next', (index) => `{% extends 't${(index + 1) % count}.jinja2' %}\n`],
  [
    'all name templates that do not exist',
    (index) => names.map((name) => `{% include 'z${index}${name}' %}`).join('\n'),
  ],
];

describe('loadLab on hostile template chains', () => {
  it.each(hostile)('needs a few seconds at most when %s', (_, text) => {
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

  it('reports the path of a loop, and the first part of a long one', () => {
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
