/** Differential: the executor's patterns and CPython's `re`, over generated patterns and texts. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, RegexSyntaxError } from '../../src/regex/index.js';
import { isThorough } from '../support/effort.js';
import { requireOrSkip } from '../support/real-parts.js';

const oracle = new URL('../support/python/regex-oracle.py', import.meta.url).pathname;

type Use = 'console' | 'lines';
type Case = readonly [pattern: string, use: Use, text: string];
type Verdict =
  { readonly match: readonly unknown[] | null } | { readonly error: string } | { readonly skipped: true };

function askPython(cases: readonly Case[]): readonly Verdict[] {
  const output = execFileSync('/usr/bin/python3', [oracle], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(output) as Verdict[];
}

function askUs([pattern, use, text]: Case): Verdict {
  try {
    const found = compilePattern(pattern, use).search(text);
    if (found === undefined) return { match: null };
    return { match: [found.start, found.end, ...found.groups.slice(1).map((group) => group ?? null)] };
  } catch (error) {
    if (error instanceof RegexSyntaxError) return { error: error.message };
    throw error;
  }
}

/** What jobs.md lists as rejected, although Python accepts it. */
const unsupported =
  /not supported|beyond \\uffff|nested deeper|repeats more than|too large|too expensive|unsupported group/;

function isSame(ours: Verdict, theirs: Verdict): boolean {
  if ('skipped' in theirs) return true;
  if ('error' in ours) return 'error' in theirs || unsupported.test(ours.error);
  return JSON.stringify(ours) === JSON.stringify(theirs);
}

function expectNoDifference(cases: readonly Case[]): void {
  const theirs = askPython(cases);
  const differences = cases.flatMap((item, index) => {
    const verdict = theirs[index] ?? { error: 'no answer' };
    const ours = askUs(item);
    return isSame(ours, verdict) ? [] : [{ item, ours, theirs: verdict }];
  });
  expect(differences.slice(0, 10).map((difference) => JSON.stringify(difference))).toEqual([]);
}

/** Patterns of syntax that is mostly valid: groups, repeats, sets, flags, with much that matches nothing. */
const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    '.',
    '',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\d',
    '\\w',
    '\\W',
    '\\s',
    '[\\w-]',
    '[\\D]',
    'A',
    '\\n',
    '1',
    'é',
  ],
  ...[
    '^',
    '$',
    '\\b',
    '\\B',
    '\\A',
    '\\Z',
    '\\0',
    '\\07',
    '\\101',
    '[\\101]',
    '\\x61',
    '\\u0061',
    '[]a]',
    '[a\\]]',
    '\\.',
  ],
);
const repeat = fc.constantFrom(
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0,2}',
  '{1,}',
  '{,2}',
  '{,}',
  '{2,3}?',
  '{0}',
);
const open = fc.constantFrom('(', '(', '(?:', '(?i:', '(?a:', '(?-i:', '(?s:', '(?m:', '(?i-s:', '(?P<n>');
const tree = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    { weight: 3, arbitrary: atom },
    { weight: 2, arbitrary: fc.tuple(tie('node'), tie('node')).map(([one, other]) => one + other) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(open, tie('node'), tie('node'))
        .map(([start, one, other]) => `${start}${one}|${other})`),
    },
    { weight: 1, arbitrary: fc.tuple(open, tie('node')).map(([start, item]) => `${start}${item})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(open, tie('node'), repeat)
        .map(([start, item, count]) => `${start}${item})${count}`),
    },
    { weight: 1, arbitrary: fc.tuple(atom, repeat).map(([item, count]) => item + count) },
  ),
})).node;
const flags = fc.constantFrom(
  '',
  '',
  '',
  '',
  '(?i)',
  '(?a)',
  '(?s)',
  '(?m)',
  '(?ai)',
  '(?u)',
  '(?i)(?s)',
  '(?#x)(?i)',
);
const whole = fc.tuple(flags, tree).map(([start, rest]) => start + rest);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'A', ' ', '\n', '1', 'é', '\u2003', '\u0663', '\0'),
  minLength: 1,
  maxLength: 10,
});

/** Any characters of the syntax, in any order: mostly not valid. */
const soup = fc.string({
  unit: fc.constantFrom(
    ...[
      'a',
      'b',
      '0',
      '1',
      '7',
      '8',
      '9',
      '\\',
      '\\',
      '(',
      ')',
      '(?',
      ':',
      '[',
      ']',
      '^',
      '$',
      '-',
      '|',
      '*',
      '+',
      '?',
    ],
    ...['{', '}', ',', 'x', 'u', 'P<n>', '#', 'i', 'm', 's', 'A', 'b', 'B', 'd', 'w', 'Z', '.', ' '],
  ),
  maxLength: 12,
});

const count = isThorough ? 100_000 : 8000;

describe.skipIf(requireOrSkip('python3'))("CPython's re", () => {
  const use = fc.constantFrom<Use>('console', 'lines');

  it('matches the same text with the same groups', () => {
    expectNoDifference(fc.sample(fc.tuple(whole, use, text), count));
  });

  it('accepts and rejects the same patterns', () => {
    expectNoDifference(fc.sample(fc.tuple(soup, use, text), count));
  });

  it('reads the same octal escapes', () => {
    const escapes: string[] = [];
    for (let code = 0; code < 0o1000; code += 1) {
      const digits = code.toString(8);
      for (const form of [digits, digits.padStart(2, '0'), digits.padStart(3, '0'), `${digits}8`]) {
        escapes.push(`\\${form}`, `[\\${form}]`, `x\\${form}`);
      }
    }
    const texts = ['\x1b[0m8', '\0\x01\x02\x07\n8', 'x\x1b', 'x\0', 'AZaz09\xff'];
    expectNoDifference(escapes.flatMap((escape) => texts.map((item): Case => [escape, 'console', item])));
  });

  it('knows the same classes and cases of characters', () => {
    const cases: Case[] = [];
    for (let code = 0; code < 0xd800; code += isThorough ? 1 : 7) {
      // Characters that a newer Unicode knows are letters only there.
      if (/\P{Assigned}/u.test(String.fromCharCode(code))) continue;
      for (const pattern of [
        '\\w',
        '\\d',
        '\\s',
        '(?a)\\w',
        '(?a)\\s',
        '\\b.',
        '(?i)[a-zα-ω]',
        '(?i)s',
        '(?i)k',
        '(?ai)k',
      ]) {
        cases.push([pattern, 'console', String.fromCharCode(code)]);
      }
    }
    expectNoDifference(cases);
  });

  it.each([
    ['(a*)*', 'b'],
    ['(a*)*', 'aab'],
    ['(a*)+', 'b'],
    ['(|a)+', 'a'],
    ['(|a)+b', 'ab'],
    ['(|a)*', 'aa'],
    ['(a|)+', 'aab'],
    ['(?:(a)|b)*', 'ab'],
    ['(?:a?)*?b', 'aab'],
    ['((a)|b)*', 'ab'],
    ['(a?){3}', 'a'],
    ['(a??){2,5}x', 'aax'],
    ['(?a)\\w+', 'éa'],
    ['(?i:A)b', 'ab'],
    ['(?i:A)b', 'aB'],
    ['(?-i:a)', 'A'],
    ['(?i)(?-i:a)b', 'aB'],
    ['(?s-m:^.b)', '\nb'],
    ['\\12', '\n'],
    ['\\033\\[0m', '\x1b[0m'],
    ['(?:^)*a', 'a'],
    ['^*a', 'a'],
    ['a|(?i)b', 'b'],
    ['(?au)a', 'a'],
    ['(?L)a', 'a'],
    ['(?-a:a)', 'a'],
    ['(?i-i:a)', 'a'],
    ['(?-:a)', 'a'],
  ])('agrees on %s', (pattern, subject) => {
    expectNoDifference([
      [pattern, 'console', subject],
      [pattern, 'lines', subject],
    ]);
  });
});
