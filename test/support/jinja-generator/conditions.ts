import fc from 'fast-check';
import type { Grammar } from './grammar.js';
import { of, pick } from './primitives.js';

/** Expressions that usually produce a truth value. */
export function conditions({ depth, any, num, text, list, dict, condition }: Grammar): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    pick('true', 'false', 't', 'f', 'none', 'True', 'False'),
    of([num, pick('<', '<=', '>', '>=', '==', '!='), num], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([num, num, num], (a, b, c) => `(${a} < ${b} <= ${c})`),
    of([any, pick('==', '!='), any], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([text, pick('<', '>', 'in', 'not in'), text], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([list, pick('<', '==', '>='), list], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([any, pick('in', 'not in'), list], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([any, pick('in', 'not in'), dict], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([condition, pick('and', 'or'), condition], (a, operator, b) => `(${a} ${operator} ${b})`),
    of([any], (a) => `(not ${a})`),
    of(
      [
        any,
        pick(
          'defined',
          'undefined',
          'none',
          'string',
          'number',
          'mapping',
          'sequence',
          'iterable',
          'integer',
          'float',
          'boolean',
          'true',
          'false',
          'callable',
          'lower',
          'upper',
          'escaped',
          'not none',
          'sameas none',
          'in [1, 2]',
          'eq 3',
          'filter',
          'test',
        ),
      ],
      (a, test) => `(${a} is ${test})`,
    ),
    of(
      [num, pick('odd', 'even', 'divisibleby 3', 'gt 2', 'lt(5)', 'ne 1', 'divisibleby(2)')],
      (a, test) => `(${a} is ${test})`,
    ),
    of(
      [
        text,
        pick(
          "startswith('H')",
          "endswith('d')",
          'isupper()',
          'isdigit()',
          'islower()',
          'isalpha()',
          'istitle()',
          'isspace()',
          "startswith(('a', 'H'))",
          'isidentifier()',
          'isalnum()',
          'isnumeric()',
        ),
      ],
      (a, m) => `(${a}).${m}`,
    ),
  );
}
