import fc from 'fast-check';

const pieces = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  fc.constantFrom(
    '\r\n',
    '\r',
    '\n',
    '\t',
    ' ',
    '  \n',
    '&',
    '&amp;',
    '&#13;',
    '<',
    '>',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
    '<?x?>',
    '"',
    "'",
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\u00a0',
    '{{ x }}',
    '{% raw %}',
    '{# #}',
    '__proto__',
    'é',
    '😀',
  ),
);

/** Strings of all characters that XML can represent, preferring those that are treated specially somewhere. */
export const xmlText = fc
  .array(pieces, { maxLength: 8 })
  .map((parts) =>
    parts.join('').replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ''),
  );
