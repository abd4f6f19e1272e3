/** The executor's patterns match where JavaScript's do, for what both have. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { compilePattern } from '../../../src/executor/regex/regex.js';

const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', '.', '^', '$', '\\b'),
    fc.tuple(tie('node'), tie('node')).map(([one, other]) => one + other),
    fc.tuple(tie('node'), tie('node')).map(([one, other]) => `(?:${one}|${other})`),
    tie('node').map((item) => `(${item})`),
    fc
      .tuple(
        fc.constantFrom('a', 'b', '[ab]', '(ab)', '(?:a|bc)'),
        fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{0,2}'),
      )
      .map(([item, count]) => item + count),
  ),
})).node;

test('the leftmost match is the same, from any place', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ') }),
      fc.nat(3),
      (source, text, from) => {
        const ours = compilePattern(source).search(text, from);
        const theirs = new RegExp(source, 'gs');
        theirs.lastIndex = from;
        const found = from > text.length ? null : theirs.exec(text);
        expect(ours && [ours.start, ours.text]).toEqual(found ? [found.index, found[0]] : undefined);
      },
    ),
    { numRuns: 2000 },
  );
});
