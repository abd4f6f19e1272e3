import fc from 'fast-check';
import { anything } from './anything.js';
import { conditions } from './conditions.js';
import { dicts } from './dicts.js';
import { lists } from './lists.js';
import { numbers } from './numbers.js';
import { texts } from './texts.js';

/** The kinds of expressions, which refer to each other. */
export interface Grammar {
  readonly depth: fc.OneOfConstraints;
  readonly any: fc.Arbitrary<string>;
  readonly num: fc.Arbitrary<string>;
  readonly text: fc.Arbitrary<string>;
  readonly list: fc.Arbitrary<string>;
  readonly dict: fc.Arbitrary<string>;
  readonly condition: fc.Arbitrary<string>;
}

/**
 * A grammar of Jinja2's expressions. It prefers operands of the right type, because a template that fails in its
 * first operation shows little; wrong ones still occur often enough to compare the errors.
 */
export function expressionsOf(maxDepth: number): Omit<Grammar, 'depth'> {
  return fc.letrec<Record<Exclude<keyof Grammar, 'depth'>, string>>((tie) => {
    const grammar: Grammar = {
      depth: { depthSize: 'small', maxDepth, withCrossShrink: true },
      any: tie('any'),
      num: tie('num'),
      text: tie('text'),
      list: tie('list'),
      dict: tie('dict'),
      condition: tie('condition'),
    };
    return {
      any: anything(grammar),
      num: numbers(grammar),
      text: texts(grammar),
      list: lists(grammar),
      dict: dicts(grammar),
      condition: conditions(grammar),
    };
  });
}
