import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/pyyaml/index.js';

/** Each as PyYAML over libyaml 0.2.5 reads it; test/property/pyyaml compares far more. */
const values: readonly (readonly [text: string, value: unknown])[] = [
  ['', null],
  ['# note\n', null],
  ['--- \n...\n', null],
  ['a: 1\nb:\n- x\n- - y\n  - z\n', { a: 1, b: ['x', ['y', 'z']] }],
  // A text in quotes goes on at any column, and so does what is in brackets.
  ["a:\n  b: '\n'\n  c: 1\n", { a: { b: ' ', c: 1 } }],
  ['a: [1,\n2\n]\nb: {\nc: d\n}\n', { a: [1, 2], b: { c: 'd' } }],
  ['a: "a\\\n  b\\x41\\n\\u23ce"\n' + "'b': 'it''s'\n", { a: 'abA\n⏎', b: "it's" }],
  ['a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |2+\n   x\n\n', { a: 'x\n y\n', b: 'x y\nz', c: ' x\n\n' }],
  ['[yes, No, on, y, ~, null, "", ]', [true, false, true, 'y', null, null, '']],
  ['[010, 0x1F, 0b11, 1_000, 1:30, -5, 08]', [8, 31, 3, 1000, 90, -5, '08']],
  ['[1.5, 1e5, 1.0e+5, .5, -.5, 1:30.5, 12.]', [1.5, '1e5', 100000, 0.5, '-.5', 90.5, 12]],
  ['[.inf, -.INF]', [Infinity, -Infinity]],
  ['a: 2024-02-29 1:02:03.25 +1:30\n', { a: new Date('2024-02-28T23:32:03.250Z') }],
  ['a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
  ['a: 1\na: 2\n', { a: 2 }],
  ['? a\n: b\n? c\n', { a: 'b', c: null }],
  ['[a: b, ? c : d, e]', [{ a: 'b' }, { c: 'd' }, 'e']],
  ['{a, b: , "c":d}', { a: null, b: null, c: 'd' }],
  ['1: a\nyes: b\n~: c\n=: d\n', { '1': 'a', true: 'b', null: 'c', '=': 'd' }],
  [
    "a: !!str 1\nb: !!int '2'\nc: ! 3\nd: !!binary aGk=\n",
    { a: '1', b: 2, c: 3, d: new Uint8Array([104, 105]) },
  ],
  ['%YAML 1.1\n%TAG !t! tag:yaml.org,2002:\n---\n- !t!str 1\n', ['1']],
  ['!!set {a, b}', ['a', 'b']],
  ['!!omap [a: 1]', [['a', 1]]],
  ['a:\tb\n', { a: 'b' }],
  ['a: b\r\nc: d\re: f\u0085g: h\n', { a: 'b', c: 'd', e: 'f', g: 'h' }],
  ['\ufeffa: x:y#z http://x\n', { a: 'x:y#z http://x' }],
  ['a: b\n  c\n\n  d # e\n', { a: 'b c\nd' }],
];

const refused: readonly (readonly [text: string, line: number, column: number])[] = [
  ['a: 1\n  b: 2\n', 2, 4],
  ['a: 1\nb\n', 2, 1],
  ['a: @x\n', 1, 4],
  ['a:\n\tb: 1\n', 2, 1],
  ["a: 'x\n---\n'\n", 1, 4],
  ['a: "\\q"\n', 1, 4],
  ['a: [1, 2\nb: 3\n', 2, 2],
  ['a: {b:]}\n', 1, 5],
  ['a: *x\n', 1, 4],
  ['a: &x 1\nb: &x 2\n', 2, 4],
  ['- a\nb: 1\n', 2, 1],
  ['a: 1\n---\nb: 2\n', 2, 1],
  ['a: =\n', 1, 4],
  ['a: 2024-02-30\n', 1, 4],
  ['a: 0x_\n', 1, 4],
  ['a: !x 1\n', 1, 4],
  ['a: !!int x\n', 1, 4],
  ['[a]: 1\n', 1, 1],
  ['a: {<<: 1}\n', 1, 9],
  ['a: \x07\n', 1, 4],
  ['%FOO\n---\n', 1, 1],
  // PyYAML takes these.
  ['&a [*a]\n', 1, 1],
  [`${'['.repeat(200)}\n`, 1, 100],
];

describe('parseYaml', () => {
  it.each(values)('reads %j', (text, value) => {
    expect(parseYaml(text)).toEqual({ ok: true, value });
  });

  it.each(refused)('refuses %j at line %d, column %d', (text, line, column) => {
    expect(parseYaml(text)).toMatchObject({ ok: false, problem: { line, column } });
  });

  it('makes own properties only, whatever a key is called', () => {
    const parsed = parseYaml('__proto__: {polluted: yes}\nconstructor: x\n');
    expect(parsed).toMatchObject({ ok: true });
    const value = (parsed as { value: object }).value;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    [
      'aliases that multiply',
      Array.from(
        { length: 30 },
        (_, n) => `k${n}: &k${n} [${n === 0 ? 'x' : `*k${n - 1},*k${n - 1}`}]\n`,
      ).join(''),
    ],
    [
      'merges that multiply',
      Array.from(
        { length: 30 },
        (_, n) => `k${n}: &k${n} {a${n}: 1${n === 0 ? '' : `, <<: [*k${n - 1},*k${n - 1}]`}}\n`,
      ).join(''),
    ],
    ['dashes after dashes', '- '.repeat(300_000)],
    ['brackets', '[],'.repeat(300_000)],
    ['commas', `[${'a,'.repeat(400_000)}]`],
    ['anchors', '&a '.repeat(300_000)],
    ['quotes that do not end', `a: '${"''\n".repeat(300_000)}`],
    ['question marks', '? '.repeat(300_000)],
    ['too much of everything', 'a: b\n'.repeat(300_000)],
  ])('is done with %s in no time', (_, text) => {
    const before = process.cpuUsage();
    expect(parseYaml(text)).toMatchObject({ ok: false });
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_500);
  });
});
