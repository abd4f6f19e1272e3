import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceTypeSourcesOf, loadLab, type FileMap, type LabFile } from '../../src/lab/index.js';
import { labOf } from '../support/lab/lab-files.js';
import { smallLab } from '../support/lab/small-lab.js';

const paths = [
  ...Object.keys(smallLab),
  'workers/w1/env.yaml',
  'workers/w1/env-dut.yaml',
  'workers/w1/dispatcher.yaml',
  'workers/w1/certificate.key',
];

/** Pieces that YAML, Jinja2 and the checks of a lab look at. */
const pieces = fc.constantFrom(
  '\n',
  ' ',
  '  ',
  '\t',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '&a ',
  '*a',
  '<<: *a',
  '!!set ',
  '? ',
  '|\n',
  '>\n',
  '#',
  '---\n',
  '...\n',
  '%TAG ! x\n',
  'kind',
  'kind: Lab',
  'sites',
  'constructor',
  '__proto__',
  'toString',
  '0x1F',
  '1e400',
  '~',
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  "{% extends 'board.jinja2' %}",
  "{% include 'our-base.jinja2' %}",
  '{% set sync_to_lava = {',
  '"device_type": ',
  '"worker": "w1"',
  '{% raw %}',
  '{% for x in range(10) %}',
  '{% endfor %}',
  '\\',
  '\r\n',
  '\u0000',
  '\u2028',
  'é',
  '🎉',
  'secret-key = "',
  '-----BEGIN PRIVATE KEY-----',
  'public-key = ',
);
const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
const contents: fc.Arbitrary<LabFile> = fc.oneof(
  {
    weight: 4,
    arbitrary: texts.map((text): LabFile => ({ type: 'file', content: new TextEncoder().encode(text) })),
  },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 200 }).map((content): LabFile => ({ type: 'file', content })),
  },
  { weight: 1, arbitrary: fc.string().map((target): LabFile => ({ type: 'symlink', target })) },
  { weight: 1, arbitrary: fc.constant<LabFile>({ type: 'other' }) },
);

/** A lab in order, with some files replaced, cut or added. */
const labs = fc
  .tuple(
    fc.dictionary(
      fc.oneof(
        fc.constantFrom(...paths),
        fc.string().map((name) => `workers/${name}`),
      ),
      contents,
      { maxKeys: 4 },
    ),
    fc.array(
      fc.tuple(fc.constantFrom(...Object.keys(smallLab)), fc.double({ min: 0, max: 1, noNaN: true })),
      { maxLength: 3 },
    ),
  )
  .map(([replaced, cuts]): FileMap => {
    const cut = Object.fromEntries(
      cuts.map(([path, share]) => [
        path,
        (smallLab[path] ?? '').slice(0, share * (smallLab[path] ?? '').length),
      ]),
    );
    return new Map([...labOf({ ...smallLab, ...cut }), ...Object.entries(replaced)]);
  });

describe('loadLab', () => {
  it('never throws, gives the same twice, and puts nothing both among the objects and the blocked', () => {
    let blocked = 0;
    fc.assert(
      fc.property(labs, (files) => {
        const { lab, findings } = loadLab(files);
        expect(loadLab(files).findings).toEqual(findings);
        deviceTypeSourcesOf(files);
        for (const desired of lab?.desired.values() ?? []) {
          for (const key of desired.blocked.keys()) expect(desired.objects.has(key)).toBe(false);
          blocked += desired.blocked.size;
        }
      }),
      { numRuns: 300 },
    );
    expect(blocked).toBeGreaterThan(0);
  });
});

const yamlSize = 127 * 1024;
const size = 1024 * 1024;

/** Texts as large as they may be that are slow for a careless reader. */
const slow: readonly (readonly [string, string])[] = [
  ['many keys', Array.from({ length: yamlSize / 8 }, (_, index) => `k${index}`.padEnd(6)).join(':\n')],
  ['the same key', 'a:\n'.repeat(yamlSize / 3)],
  ['deep flow', '['.repeat(yamlSize)],
  ['deep mappings', '{'.repeat(3000) + '}'.repeat(3000)],
  ['deep blocks', '- '.repeat(yamlSize / 2)],
  ['tags', '! '.repeat(yamlSize / 2)],
  ['bad escapes', `"${'\\x'.repeat(yamlSize / 2 - 1)}`],
  ['aliases', `a: &a 1\n${'- *a\n'.repeat(yamlSize / 5 - 2)}`],
  ['one line', `kind: "${'x'.repeat(size - 10)}"`],
  ['too much YAML', 'a:\n'.repeat(size / 3)],
  ['open tags', '{%'.repeat(size / 2)],
  ['references', "{% include 'x' %}".repeat(size / 17)],
  ['sync keys', `{% set sync_to_lava = {${'"x":1,'.repeat(size / 6 - 10)}} %}`],
  ['sync depth', `{% set sync_to_lava = ${'{1:'.repeat(size / 3 - 10)}`],
  ['many tokens', `{{ [${'1,'.repeat(4000)}] }}\n`.repeat(30)],
  ['many references', "{% include 'x' %}\n".repeat(14_000)],
  ['a long loop', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
  ['secrets', '-----BEGIN '.repeat(size / 11)],
  ['keys', 'public-key = x\n'.repeat(size / 15)],
];

describe('loadLab on large files', () => {
  it.each(slow)('takes a few seconds at most for %s', (_, text) => {
    const files = [
      'workers/w1/worker.yaml',
      'workers/w1/certificate.key',
      'device-dictionaries/board-1.jinja2',
    ];
    const before = process.cpuUsage();
    const { findings } = loadLab(
      labOf({ ...smallLab, ...Object.fromEntries(files.map((file) => [file, text])) }),
    );
    expect(findings.length).toBeGreaterThan(0);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
  });
});
