import { describe, expect, it } from 'vitest';

import type { PythonKey } from '../../../src/pyyaml/index.js';
import { parsePython, PythonFloat, PythonTuple, pythonTruth } from '../../../src/pyyaml/index.js';

function valueOf(text: string): unknown {
  const yaml = parsePython(text);
  if (!yaml.ok) throw new Error(yaml.problem.message);
  return yaml.value;
}

function keysOf(text: string): string[] {
  const dict = valueOf(text) as ReadonlyMap<string | PythonKey, unknown>;
  return [...dict.keys()].map((key) => (typeof key === 'string' ? JSON.stringify(key) : key.text));
}

describe('parsePython', () => {
  it.each([
    ['1.0', new PythonFloat(1)],
    ['1', 1],
    ['"1"', '1'],
    ['yes', true],
    ['~', null],
    ['[1.0, 1]', [new PythonFloat(1), 1]],
    ['!!set {a, b}', new Set(['a', 'b'])],
    ['!!omap [a: 1]', [new PythonTuple(['a', 1])]],
    ['a: {b: 1}', new Map([['a', new Map([['b', 1]])]])],
    ['a: 1\n<<: {a: 2, b: 3}', new Map([['a', 1], ['b', 3]])], // prettier-ignore
  ])('keeps the types of %j', (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it.each([
    ['{1: x, "1": y, 1.5: z}', ['1', '"1"', '1.5']],
    ['{yes: x, "yes": y, ~: z, "": w}', ['True', '"yes"', 'None', '""']],
    ['{.inf: x, -.inf: y, inf: z}', ['inf', '-inf', '"inf"']],
    ['{=: x}', ['"="']],
  ])('keeps the types of the keys in %s', (text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });

  it('treats keys as equal that Python treats as equal: the first stays, the last value wins', () => {
    const dict = valueOf('{1: a, b: c, true: d, 1.0: e}') as ReadonlyMap<string | PythonKey, unknown>;
    expect(keysOf('{1: a, b: c, true: d, 1.0: e}')).toEqual(['1', '"b"']);
    expect([...dict.values()]).toEqual(['e', 'c']);
  });

  it('rejects a list as a key', () => {
    expect(parsePython('{[a]: b}')).toMatchObject({ ok: false });
    expect(parsePython('{!!set {a}: b}')).toMatchObject({ ok: false });
  });
});

it.each([
  ['.nan', true],
  ['0.0', false],
  ['[]', false],
  ['{a: 1}', true],
  ['!!set {}', false],
  ['""', false],
  ['"0"', true],
])('%s is %s in Python', (text, truth) => {
  expect(pythonTruth(valueOf(text))).toBe(truth);
});
