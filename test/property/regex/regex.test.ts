/** Patterns match where JavaScript's do, for what both have. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../../../src/regex/compile.js';
import { compilePattern } from '../../../src/regex/index.js';
import { parseRegex } from '../../../src/regex/parse.js';
import { sizeOf } from '../../../src/regex/size.js';

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

/** With loops of loops, empty options, and counts. */
const repeated = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom('', 'a', '[ab]', '^', '$', '\\b'),
    fc.tuple(tie('node'), tie('node')).map(([one, other]) => one + other),
    fc.tuple(tie('node'), tie('node')).map(([one, other]) => `(${one}|${other})`),
    fc
      .tuple(
        tie('node'),
        fc.constantFrom('*', '+', '?', '*?', '+?', '{0}', '{2}', '{0,3}', '{2,4}', '{2,}', '{1,2}?'),
      )
      .map(([item, count]) => `(?:${item})${count}`),
  ),
})).node;

test('the size of a program is known before it is written', () => {
  const flags = { dotAll: true, multiLine: false, ignoreCase: false, ascii: false };
  fc.assert(
    fc.property(repeated, (source) => {
      const parsed = parseRegex(source, flags);
      const size = sizeOf(parsed.root) + 3;
      fc.pre(size * (parsed.groupCount + 1) <= 50_000 && size <= 20_000);
      expect(compileRegex(parsed).instructions).toHaveLength(size);
    }),
    { numRuns: 2000 },
  );
});
