import { describe, expect, it } from 'vitest';
import { compilePattern, findPatternError, TooManySteps } from '../../../src/regex/index.js';
import { startCpuClock } from '../../support/clocks.js';

describe("patterns in Python's syntax", () => {
  it.each([
    ['a prompt is a pattern', '/ # ', 'x\r\n/ # ', '/ # '],
    ['escapes', 'root@.*:[/~]#', 'root@board:~# ', 'root@board:~#'],
    ['the earlier alternative wins', 'a|ab', 'ab', 'a'],
    ['greedy', 'a+', 'xaaay', 'aaa'],
    ['lazy', 'a+?', 'xaaay', 'a'],
    ['counted', 'a{2,3}', 'aaaa', 'aaa'],
    ['braces that are not a count', '{kernel}', 'a {kernel} b', '{kernel}'],
    ['leftmost before longer', 'b+|abb', 'abb', 'abb'],
    ['a set with a closing bracket first', '[]x]+', 'a]x]b', ']x]'],
    ['a class in a set', '[\\d.]+', 'v1.20 x', '1.20'],
    ['a negated set', '[^\\r]*\\r', 'abc\r\n', 'abc\r'],
    ['word edges', '\\bBUG\\b', 'DEBUG BUG: x', 'BUG'],
    ['a dot matches a line end', 'a.b', 'a\nb', 'a\nb'],
    ['flags at the start', '(?i)login:', 'Board LOGIN:', 'LOGIN:'],
    ['an empty loop body ends', '(a*)*b', 'aab', 'aab'],
    ['octal escapes', '\\033\\[0m\\012\\0', '\x1b[0m\n\0', '\x1b[0m\n\0'],
    ['an octal escape in a set', '[\\33]', '\x1b', '\x1b'],
    ['flags of a group', '(?i:login): (?-i:x)', 'LOGIN: x', 'LOGIN: x'],
    ['a loop that prefers nothing', '(|a)+', 'a', ''],
    ['words of ASCII only', '(?a)\\w+', '\u00e9a', 'a'],
    ['several flags at the start', '(?i)(?s)a.B', 'A\nb', 'A\nb'],
    ['a comment', '(?#one)a(?#more of it)+', 'xaay', 'aa'],
    ['a dash that comes last in a set', '[a-]+', 'x-a-', '-a-'],
    ['the end of the text', 'x\\Z', 'x x', 'x'],
  ])('%s', (_, pattern, text, expected) => {
    expect(compilePattern(pattern).search(text)?.text).toBe(expected);
  });

  it('returns groups by number and by name', () => {
    const match = compilePattern('<LAVA_SIGNAL_(\\S+) (?P<rest>[^>]+)>').search(
      '..<LAVA_SIGNAL_TESTCASE A=1 B=2>',
    );
    expect(match?.groups.slice(1)).toEqual(['TESTCASE', 'A=1 B=2']);
    expect(match?.named).toEqual({ rest: 'A=1 B=2' });
    expect(match?.start).toBe(2);
  });

  it('matches line by line when asked to', () => {
    const pattern = compilePattern('^(?P<test_case_id>\\w+): (?P<result>\\w+)$', 'lines');
    expect(pattern.search('x y\nboot: PASS\nz')?.named).toEqual({ test_case_id: 'boot', result: 'PASS' });
  });

  it.each([
    ['a(?=b)', 'look-ahead'],
    ['(a)\\1', 'back-references'],
    ['\\400', 'larger than'],
    ['(?L)a', 'only for bytes'],
    ['(?au)a', 'incompatible'],
    ['(?i-i:a)', 'on and off'],
    ['\\N{BULLET}', 'by name'],
    ['(a?)'.repeat(3000), 'too expensive'],
    ['(a', "missing ')'"],
    ['a)', "unbalanced ')'"],
    ['*a', 'nothing to repeat'],
    ['{2}a', 'nothing to repeat'],
    ['a**', 'multiple repeat'],
    ['a++', 'possessive'],
    ['a{3,2}', 'min repeat greater'],
    ['a(?i)', 'only allowed at the start'],
    ['(?P<n>a)(?P<n>b)', 'used twice'],
    ['(?#a', 'missing ) after a comment'],
    ['[a', 'unterminated'],
    ['[\\d-z]', 'bad character range'],
    ['[z-a]', 'bad character range'],
    ['\\x4', 'incomplete escape \\x4'],
    ['\\q', 'bad escape'],
    ['a{2000}', 'repeats more than'],
    ['((a{900}){900})', 'too large'],
    ['\\', 'backslash'],
    ['('.repeat(200), 'nested deeper'],
  ])('explains %s', (pattern, why) => {
    expect(findPatternError(pattern)?.message).toContain(why);
  });

  it('has no word edge in an empty text, as in Python', () => {
    expect(compilePattern('\\B').search('')).toBeUndefined();
    expect(compilePattern('\\b').search('')).toBeUndefined();
  });

  it('gives up a search that takes too long', () => {
    const expensive = compilePattern(`${'(?:a?){900}'.repeat(10)}[bc]`);
    const text = 'a'.repeat(60_000);
    expect(() => expensive.search(text)).toThrow(TooManySteps);
  });

  it('accepts many groups, and many alternatives', () => {
    expect(findPatternError('(\\w+) '.repeat(50))).toBeUndefined();
    expect(
      findPatternError(Array.from({ length: 300 }, (_, at) => `error number ${at}`).join('|')),
    ).toBeUndefined();
  });

  it('matches in linear time where a backtracking matcher hangs', () => {
    const cpuMs = startCpuClock();
    const text = 'a'.repeat(4000);
    expect(compilePattern('(a+)+$b').search(text)).toBeUndefined();
    expect(compilePattern('(a|a)*(a|a)*(a|a)*x').search(text)).toBeUndefined();
    expect(cpuMs()).toBeLessThan(2000);
  });
});
