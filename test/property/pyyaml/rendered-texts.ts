import fc from 'fast-check';

const words = fc.constantFrom(
  'boot', 'u-boot', 'a b', 'method_1', 'x', '7', '0', '0x_', '0b_', '-0x_', '1_000', '2020-13-45', '2001-01-01', '<<', '=', '=>', '~',
  'null', 'yes', "'it''s'", "'a: b'", '"a # b"', '"\\x1b[0m\\n"', '"\\q"', "'\n'", "'two\n   lines'", '"two\nlines"', "'---'",
  '{SERVER_IP}', 'tftp {KERNEL} {DTB}', '/bin/sh -c x', '-w', '- x', '--', '---', '...', '?', ': x', '!tag', '&anchor', '*alias',
  '*anchor', '|', '>', '%', '@x', '`', 'x # note', 'x #', '#', 'é', '\u00a0', '\t', '.5', '1:30', 'a:b', 'a:', 'http://x/y', "don't", 'a"b', '[1',
  '1]', '{', '}', ',', '+1', '$(x)', '^a', 'x\\', '<b>', '(a, b)', '"', "'", '""', "''", '[]', '{}', '"a"b', "'a' b", '\u2028', '\u0085', '🎉',
  '1'.repeat(600), 'k'.repeat(200), '--- x', '"\n---\n"', "'\n... \n'", '.inf', '1e5', '"\\u12', '"x\\\ny"', '1'.repeat(5000),
); // prettier-ignore

const simpleKeys = fc.constantFrom(
  'boot',
  'deploy',
  'u-boot',
  'a b',
  '7',
  "'q'",
  '"q"',
  'interrupt_prompt',
  'x.y',
  '/dev/sda',
);
const keys = fc.oneof({ weight: 20, arbitrary: simpleKeys }, { weight: 1, arbitrary: words });

/** A value on one line or in brackets over several. */
const flows = fc.letrec<{ item: string; list: string; map: string; gap: string }>((tie) => ({
  gap: fc.constantFrom('', ' ', '', ' ', '\n', '\n  ', ' # c\n'),
  item: fc.oneof(
    { maxDepth: 3 },
    {
      weight: 6,
      arbitrary: fc.constantFrom('a', 'a b', "'q'", '"q"', '7', '-w', 'x/y', '/dev/sda1', "'\n'", '$(x)'),
    },
    { weight: 1, arbitrary: words },
    { weight: 1, arbitrary: tie('list') },
    { weight: 1, arbitrary: tie('map') },
  ),
  list: fc
    .tuple(
      fc.array(fc.tuple(tie('gap'), tie('item'), tie('gap')), { maxLength: 4 }),
      fc.constantFrom('', '', ',', ', '),
    )
    .map(([items, end]) => `[${items.map((parts) => parts.join('')).join(',')}${end}]`),
  map: fc
    .tuple(
      fc.array(fc.tuple(tie('gap'), keys, fc.constantFrom(': ', ': ', ':', ' : ', ':\n'), tie('item')), {
        maxLength: 3,
      }),
      fc.constantFrom('', '', ',', ', z'),
    )
    .map(([pairs, end]) => `{${pairs.map((parts) => parts.join('')).join(', ')}${end}}`),
}));

const scalars = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('x', 'telnet ser1 7001', "'q'", '"setenv a \'b\'"', '7', "'\n'", '=>', "'[a'"),
  },
  { weight: 2, arbitrary: words },
  { weight: 2, arbitrary: flows.list },
  { weight: 2, arbitrary: flows.map },
);

type Block = readonly string[];
const noise = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Block>([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Block>([''], ['   '], ['# note'], ['        # deep'], ['---'], ['...']),
  },
);

/** Block YAML as lines without indentation. */
const blocks = fc.letrec<{ mapping: Block; list: Block; value: Block }>((tie) => ({
  mapping: fc
    .array(fc.tuple(keys, tie('value'), noise), { minLength: 1, maxLength: 4 })
    .map((entries) =>
      entries.flatMap(([key, [first = '', ...rest], more]) => [`${key}:${first}`, ...rest, ...more]),
    ),
  list: fc
    .array(fc.tuple(tie('value'), noise), { minLength: 1, maxLength: 3 })
    .map((entries) => entries.flatMap(([[first = '', ...rest], more]) => [`-${first}`, ...rest, ...more])),
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 6, arbitrary: scalars.map((text): Block => [` ${text}`]) },
    { weight: 1, arbitrary: fc.constant<Block>(['']) },
    { weight: 1, arbitrary: scalars.map((text): Block => ['', `    ${text}`]) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('mapping'), fc.constantFrom('  ', '  ', ' ', '    ', ''))
        .map(([lines, by]): Block => ['', ...lines.map((line) => by + line)]),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('list'), fc.constantFrom('', '  ', '  '))
        .map(([lines, by]): Block => ['', ...lines.map((line) => by + line)]),
    },
    {
      weight: 2,
      arbitrary: fc
        .oneof(tie('mapping'), tie('list'))
        .map(([first = '', ...rest]): Block => [` ${first}`, ...rest.map((line) => `  ${line}`)]),
    },
  ),
}));

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}
const edits: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 3 }),
  insert: fc.oneof(
    fc.constantFrom(
      '',
      '',
      ' ',
      '  ',
      '\n',
      ':',
      '- ',
      "'",
      '"',
      '#',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\t',
      '\\',
      '\r',
    ),
    words,
  ),
});

/** Texts such as templates render to, most of them YAML, some nearly. */
export const renderedTexts: fc.Arbitrary<string> = fc
  .tuple(
    blocks.mapping,
    fc.oneof({ weight: 2, arbitrary: fc.constant<Edit[]>([]) }, fc.array(edits, { maxLength: 3 })),
  )
  .map(([lines, changes]) => {
    let text = `${lines.join('\n')}\n`;
    for (const { at, remove, insert } of changes) {
      const index = Math.floor(at * text.length);
      text = text.slice(0, index) + insert + text.slice(index + remove);
    }
    return text;
  });
