import { describe, expect, it } from 'vitest';
import { isMapping, parseYaml, plainSections } from '../../../src/pyyaml/index.js';
import { isPlainMapping } from '../../../src/pyyaml/plain-mapping.js';

/** What LAVA's templates render to, and PyYAML takes. */
const taken = [
  'a: 1\n',
  '# note\n\na:\n  b: [\'x\', "y", 7]\n  # note\n  c:\n  - 1\n  - d: e\n    f: g\n',
  'a:\n- - 1\n  - 2\n-\n  - 3\n',
  "a:\n  character: '\n'\n  next: 1\n",
  'a: "two\nlines"\nb: [1,\n2,\n]\n',
  'a:\n  b:\n    {root: /dev/sda1, console: ttyS0,115200}\n  c: =>\n',
  'commands:\n  connect: telnet localhost 7001 # the console\n',
  '\'quoted\': x\n"too": y\n',
];

/** No mapping, or no YAML. */
const refused = [
  '',
  '# nothing\n',
  '- a\n',
  'a\n',
  'a: 1\n  b: 2\n',
  'a: 1\n- b\n',
  '  a: 1\nb: 2\n',
  'a: b: c\n',
  "a: 'x\n",
  'a: [1\nb: 2\n',
  "a: 'x\n---\ny'\n",
  'a: 1\n...\nb: 2\n',
  'a:\n\t- b\n',
  'a: @x\n',
  'a: "\\q"\n',
  'a: x\n  y: z\n',
];

describe('isPlainMapping', () => {
  it.each(taken)('takes %j', (text) => {
    expect(isPlainMapping(text)).toBe(true);
  });

  it.each(refused)('does not take %j', (text) => {
    expect(isPlainMapping(text)).toBe(false);
  });
});

function isReadAsMapping(text: string): boolean {
  const parsed = parseYaml(text);
  return parsed.ok && isMapping(parsed.value);
}

describe('parseYaml', () => {
  it.each(taken)('reads a mapping in %j', (text) => {
    expect(isReadAsMapping(text)).toBe(true);
  });

  it.each(refused)('reads no mapping in %j', (text) => {
    expect(isReadAsMapping(text)).toBe(false);
  });

  it.each([
    'a: &x 1\nb: *x\n',
    'a: |\n  text\n  more\nb: 1\n',
    'a: one\n  two\n',
    '---\na: 1\n',
    "a: !!str 1\nb: '\n\n'\nc: [\n1,\n  '\n',\n]\n",
    '{a: 1}\n',
  ])('leaves to the parser, which accepts it: %j', (text) => {
    expect(isPlainMapping(text)).toBe(false);
    expect(isReadAsMapping(text)).toBe(true);
  });

  it('says what is wrong where it is, whatever lines PyYAML would take come before', () => {
    expect(parseYaml("a:\n  b: '\n'\nc: 1\nd: @x\n")).toMatchObject({ problem: { line: 5, column: 4 } });
  });
});

describe('plainSections', () => {
  it('are one mapping per key, with the comments before the first', () => {
    const text = "# note\n\na:\n  character: '\n'\n" + 'b:\n- 1\n- c: 2\n# more\nd: {e: 3,\nf: 4}\n';
    expect(plainSections(text)).toEqual([
      "# note\n\na:\n  character: '\n'\n",
      'b:\n- 1\n- c: 2\n# more\n',
      'd: {e: 3,\nf: 4}\n',
    ]);
    expect(plainSections('  a: 1\n  b: 2\n')).toEqual(['  a: 1\n', '  b: 2\n']);
    expect(plainSections('a: &x 1\nb: *x\n')).toBeNull();
  });
});
