import fc from 'fast-check';
import { pick, weighted } from './primitives.js';

/** Operators, filters, tests and postfixes in a row without parentheses, to test the precedence in the parser. */
const atom = weighted(
  [6, pick('n', 'x', 's', 'd', 'items', 'none', 'true', 'missing', 't', 'rows', 'words', 'zero')],
  [5, pick('1', '2', '-3', '0.5', '1_000', '1e3', '1E-2', '0XfF', '0B1', '0o17', '7')],
  [
    4,
    pick(
      "'a'",
      '"b"',
      "'x' 'y'",
      "'\\x41\\u00e9\\101\\n\\\\'",
      "'\\q\\'\\0'",
      "'a\\\nb'",
      "'\\U0001F434'",
      '"{{ }}"',
      "'%}'",
    ),
  ],
  [3, pick('[1, 2]', '(1, 2)', '{"a": 1}', '()', '[]', '{}', '(3,)', '[1, 2,]', '(1)', "{'a': 1,}")],
  [1, pick('range(3)', 'dict(a=1)', 'd.a', "d['b']", 'items.0', 'm', 'self', 'loop', 'v', 'none.x', 'not n')],
);
const postfix = weighted(
  [12, pick('')],
  [
    1,
    pick(
      '.a',
      '.b.c',
      '.0',
      '.items()',
      '.upper()',
      "['a']",
      '[0]',
      '[-1]',
      '[1:]',
      '[::2]',
      '[:n]',
      '[0, 1]',
    ),
  ],
  [1, pick('|upper', '|length', '|list', '|int', "|join('-')", '|string', "|default('z')", '|first', '|abs')],
  [1, pick(' is defined', ' is not none', ' is string', ' is odd', ' is sameas none', ' is divisibleby 2')],
  [
    1,
    pick(
      ' is eq 2',
      ' is in [1]',
      ' is not in (1, 2)',
      " is eq 'a'|upper",
      ' is number is boolean',
      ' is gt -1',
    ),
  ],
  [
    1,
    pick('()', '(1)', '(a=1)', '(*items)', '(**d)', ' if n', ' if f else 3', ' if zero else x if n else 1'),
  ],
);
const operator = weighted(
  [4, pick(' + ', ' - ', ' * ', ' / ', ' // ', ' % ', '-', '+')],
  [2, pick(' ~ ', '~', ' ** ', '**')],
  [4, pick(' == ', ' != ', ' < ', ' <= ', ' > ', ' >= ', '<', '==')],
  [3, pick(' and ', ' or ', ' and not ', ' or not ', ' in ', ' not in ')],
  [1, pick(', ', ' | ', ' . ', '\n+\n')],
);
const unary = weighted([8, pick('')], [1, pick('-', '+', 'not ', '- ', 'not not ', '--')]);
const term = fc.tuple(unary, atom, postfix, postfix).map((parts) => parts.join(''));

export const flat = fc
  .tuple(term, fc.array(fc.tuple(operator, term), { minLength: 1, maxLength: 4 }))
  .map(([first, rest]) => first + rest.flat().join(''));
