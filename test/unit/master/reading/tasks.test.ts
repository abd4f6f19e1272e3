import { expect, test } from 'vitest';
import { mostCharactersAtOnce, readings } from '../../../../src/master/reading/tasks.js';
import { encodeCall } from '../../../../src/xml-rpc/index.js';

const job = (text: string) => ({ text, options: {}, checkOf: null });

test('only small texts are read at once', () => {
  const { definition, call, lines } = readings;
  expect(definition.isSmall(job('a'.repeat(mostCharactersAtOnce.yaml)))).toBe(true);
  expect(definition.isSmall(job('a'.repeat(mostCharactersAtOnce.yaml + 1)))).toBe(false);
  expect(lines.isSmall(['a'.repeat(mostCharactersAtOnce.yaml), 'a'])).toBe(false);
  expect(call.isSmall('<'.repeat(mostCharactersAtOnce.xml))).toBe(true);
  expect(call.isSmall('<'.repeat(mostCharactersAtOnce.xml + 1))).toBe(false);
});

test('a small text is not read at once if aliases multiply it', () => {
  const bomb = [
    'a: &a [1]',
    ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]}, `.repeat(8)}]`),
  ];
  expect(readings.definition.isSmall(job(bomb.join('\n')))).toBe(false);
  expect(readings.lines.isSmall(['{a: &a 1, b: *a}'])).toBe(false);
});

test('the problems of a definition are limited', () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join('\n');
  const read = readings.definition.read({ ...job(keys), options: { isStrict: true } });
  expect(read.ok ? 0 : read.problems.length).toBeLessThanOrEqual(500);
});

test('a call is a value or the reason why it is none', () => {
  expect(readings.call.read(encodeCall('a.b', [1]))).toEqual({
    ok: true,
    call: { method: 'a.b', params: [1] },
  });
  expect(readings.call.read('<a>')).toMatchObject({ ok: false, isSyntax: false });
});
