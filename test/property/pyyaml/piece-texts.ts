import fc from 'fast-check';

const pieces = fc.constantFrom(
  'a', 'b', '1', '0', '-', '- ', '- ', ': ', ': ', ':', ' ', '  ', '\n', '\n', '\n ', '\n  ', '\t', '?', '? ', ',', '[', ']', '{', '}',
  '#', ' #', '&a ', '*a', '*a ', '!', '! ', '!!str ', '!!int ', '!!set ', '!!omap ', '!!pairs ', '!!binary ', '!!map ', '!!seq ', '!x ',
  '!<tag:yaml.org,2002:str> ', '|', '>', '|\n', '>-\n', '|+\n', '|2\n', "'", '"', '\\', '%', '%YAML 1.1\n',
  '%TAG !t! tag:yaml.org,2002:\n', '!t!int ', '@', '`', '---', '...', '\n---\n', '\n...\n', '\r', '\r\n', '\x85', '\u2028', '\ufeff', '🎉',
  'é', '<<: ', '=', '=: ', '2001-01-01', '1:30', '0x1f', 'yes', '~', '.inf', '1.5', '012', 'null', '"a"', "'b'", '\\x41', '\\n', '\\\n',
  '\x07', '2001-01-01 1:2:3.5 +1:30', '<<: *a', '&a {a: 1}', 'x: ', 'y: ', '\nz: ',
); // prettier-ignore

/** Few of them are YAML; together they reach every rule of the scanner. */
export const pieceTexts: fc.Arbitrary<string> = fc
  .array(pieces, { maxLength: 12 })
  .map((parts) => parts.join(''));
