import fc from 'fast-check';
import { calls } from './calls.js';
import { formats } from './formats.js';
import type { Grammar } from './grammar.js';
import { of, pick } from './primitives.js';

/** Any expression, plausible or not. */
export function anything(grammar: Grammar): fc.Arbitrary<string> {
  const { depth, any, num, text, list, dict, condition } = grammar;
  return fc.oneof(
    depth,
    { weight: 5, arbitrary: num },
    { weight: 6, arbitrary: text },
    { weight: 5, arbitrary: list },
    { weight: 3, arbitrary: dict },
    { weight: 4, arbitrary: condition },
    { weight: 5, arbitrary: calls(grammar) },
    { weight: 2, arbitrary: formats(grammar) },
    {
      weight: 2,
      arbitrary: pick(
        'missing',
        'd.missing',
        'none',
        'missing.attr',
        'd.b.c.0',
        "d['b']['c'][1]",
        'rows[0].tags',
        'items.0',
        'ns.v',
        'm(1)',
        "m('x', b=2)",
        'v',
        'w',
        'loop.first',
      ),
    },
    { weight: 1, arbitrary: of([any], (a) => `(${a})|default('dflt')`) },
    { weight: 1, arbitrary: of([any], (a) => `(${a})|d('x', true)`) },
    { weight: 1, arbitrary: of([any, condition], (a, b) => `(${a} if ${b})`) },
    {
      weight: 1,
      arbitrary: of(
        [any, pick('a', 'upper', 'items', 'real', '__class__', 'name', '0')],
        (a, name) => `(${a}).${name}`,
      ),
    },
    { weight: 1, arbitrary: of([any, any], (a, b) => `(${a})[${b}]`) },
    {
      weight: 1,
      arbitrary: of(
        [
          any,
          pick(
            'upper',
            'length',
            'list',
            'first',
            'abs',
            'join',
            'sort',
            'int',
            'items',
            'reverse',
            'title',
            'sum',
            'round',
            "attr('a')",
            'last',
            'dictsort',
            'unique',
            'tojson',
          ),
        ],
        (a, f) => `(${a})|${f}`,
      ),
    },
  );
}
