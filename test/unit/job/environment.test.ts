/** There is one reader for worker environments: a dispatcher reads what a lab accepts, in the same way as LAVA. */
import { describe, expect, it } from 'vitest';
import { readEnvironment, readOverrides } from '../../../src/job/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

function labFinds(text: string, base = 'env.yaml') {
  const { findings } = loadLab(labOf({ ...smallLab, [`workers/w1/${base}`]: text }));
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

function overridesIn(text: string) {
  const read = readEnvironment(text);
  return read.ok ? read.environment.overrides : read.problem;
}

describe('texts on which YAML parsers disagree', () => {
  it.each([
    // Booleans in YAML 1.1, but not for PyYAML.
    ['overrides: {A: y, B: N}', { A: 'y', B: 'N' }],
    ['overrides: {N: a, n: b}', { N: 'a', n: 'b' }],
    // A number in YAML 1.1, but PyYAML requires a dot.
    ['overrides: {A: 1e3}', { A: '1e3' }],
    // A quoted string may continue at the start of a line.
    ['overrides:\n  A: "one\ntwo"\n', { A: 'one two' }],
    // Merge keys.
    ['overrides:\n  <<: {A: a, B: b}\n  B: c\n', { A: 'a', B: 'c' }],
  ])('are read by lab and dispatcher as by PyYAML: %j', (text, overrides) => {
    expect(overridesIn(text)).toEqual(overrides);
    expect(labFinds(text)).toEqual([]);
  });

  it.each([
    // PyYAML reads a string, and LAVA would purge because it is not empty.
    ['purge: y', '`purge` is not true or false', '"purge" must be true or false, not a string'],
    ['purge: yEs', '`purge` is not true or false', '"purge" must be true or false, not a string'],
    // PyYAML rejects this value.
    ['overrides: {A: =}', 'it is not valid YAML', '"=" has no value: put it in quotes'],
    [
      'overrides: {"A=B": c}',
      '"A=B" cannot be the name of a variable',
      '"A=B" cannot be the name of a variable',
    ],
  ])('are rejected by both: %j', (text, problem, finding) => {
    expect(readEnvironment(text)).toEqual({ ok: false, problem });
    expect(labFinds(text)).toEqual([expect.stringContaining(finding)]);
  });

  it.each([
    ['010', 'a number'],
    ['yes', 'true or false'],
    ['0o17x:1', null],
    ['1:30', 'a number'],
    ['.inf', 'a number'],
    ['2026-11-29', 'a date'],
  ])('must be quoted in a lab if LAVA would not read them as strings: %s', (value, type) => {
    const text = `overrides: {A: ${value}}`;
    expect(overridesIn(text)).toEqual({ A: value });
    const message = `yaml-wrong-type: "overrides.A" must be a string, not ${type}`;
    expect(labFinds(text)).toEqual(type === null ? [] : [message]);
    expect(labFinds(text, 'env-dut.yaml')).toEqual(type === null ? [] : [message]);
    expect(labFinds(`overrides: {A: "${value}"}`)).toEqual([]);
    expect(overridesIn(`overrides: {A: "${value}"}`)).toEqual({ A: value });
  });
});

describe('readEnvironment', () => {
  it('reads all keys', () => {
    expect(readEnvironment('purge: on\nremoves: [A, no]\noverrides: {B: ~, C: }')).toEqual({
      ok: true,
      environment: { purge: true, removes: new Set(['A', 'no']), overrides: { B: '', C: '' } },
    });
    const nothing = { ok: true, environment: { purge: false, removes: new Set(), overrides: {} } };
    expect(readEnvironment('')).toEqual(nothing);
    expect(readEnvironment('# only a comment\n')).toEqual(nothing);
    expect(readEnvironment('removes: []\noverrides: {}\n')).toEqual(nothing);
  });
  it.each(['removes', 'overrides'])('rejects %s with nothing after it, as LAVA does', (key) => {
    expect(readEnvironment(`purge: true\n${key}:\n`)).toEqual({ ok: false, problem: `\`${key}\` is empty` });
  });
});

describe('readOverrides', () => {
  it('ignores the keys that do not apply to a board', () => {
    expect(readOverrides('removes: HOME\noverrides: {A: b}')).toEqual({ ok: true, overrides: { A: 'b' } });
    expect(readOverrides('')).toEqual({ ok: true, overrides: {} });
    expect(readOverrides('# a\n')).toEqual({ ok: false, problem: 'it contains nothing but comments' });
    expect(readOverrides('overrides: [a]')).toEqual({ ok: false, problem: '`overrides` is not a mapping' });
  });
});
