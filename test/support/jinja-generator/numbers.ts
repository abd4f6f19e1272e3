import fc from 'fast-check';
import type { Grammar } from './grammar.js';
import { floatLiteral, intLiteral, of, pick } from './primitives.js';

/** Expressions that usually produce a number. */
export function numbers({ depth, num, text, list }: Grammar): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    intLiteral,
    floatLiteral,
    pick('n', 'zero', 'x', 't', 'd.a', 'items[0]', 'loop.index', 'rows[0].age'),
    of(
      [num, pick('+', '-', '*', '/', '//', '%', '+', '-', '*'), num],
      (a, operator, b) => `(${a} ${operator} ${b})`,
    ),
    of([num, pick('2', '3', '0', '-1', '0.5')], (a, b) => `(${a})**${b}`),
    of([pick('-', '+'), num], (sign, a) => `${sign}(${a})`),
    of(
      [
        num,
        pick(
          'abs',
          'int',
          'float',
          'round',
          'round(1)',
          "round(2, 'floor')",
          'round(-1)',
          "round(method='ceil')",
        ),
      ],
      (a, f) => `(${a})|${f}`,
    ),
    of(
      [text, pick('int', 'float', 'length', 'wordcount', 'int(-1)', 'int(0, 16)', 'int(default=5, base=2)')],
      (a, f) => `(${a})|${f}`,
    ),
    of([text], (a) => `(${a})|count`),
    of([list, pick('length', 'sum', 'first', 'last', 'max', 'min', 'count')], (a, f) => `(${a})|${f}`),
    of([text, pick("find('l')", "count('a')", "rfind('o')", "index('e')")], (a, m) => `(${a}).${m}`),
  );
}
