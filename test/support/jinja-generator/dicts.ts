import fc from 'fast-check';
import type { Grammar } from './grammar.js';
import { of, pick } from './primitives.js';

/** Expressions that usually produce a dict. */
export function dicts({ depth, any, num, text }: Grammar): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    pick(
      'd',
      '{}',
      'rows[0]',
      'd.b',
      "dict(a=1, b='x')",
      "{'a': 1, 'B': 2, 'c': none}",
      "{1: 'i', 1.5: 'f', true: 'b'}",
      "dict([('k', 1)])",
    ),
    of([text, any], (a, b) => `{${a}: ${b}}`),
    of([num, any, any], (a, b, c) => `{${a}: ${b}, 'z': ${c}}`),
    of([any, any], (a, b) => `{'p': ${a}, 'q': ${b}, 'p': 3}`),
    of([any], (a) => `dict(k=${a}, **d)`),
  );
}
