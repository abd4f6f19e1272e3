import { Raised, unsupportedError } from '../errors.js';

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The value of a string literal's inside. Jinja2 encodes it to ASCII with backslash escapes and decodes those as
 * Python's `unicode-escape`, so an unknown escape keeps its backslash, and a backslash before a character
 * beyond ASCII shows that character's escape.
 */
export function decodeStringLiteral(inside: string): string {
  if (!inside.includes('\\')) return inside;
  const source = inside.replace(
    /\\([\u0080-\u{10ffff}])/gu,
    (_, character: string) => `\\\\${asciiEscape(character)}`,
  );
  let text = '';
  let index = 0;
  while (index < source.length) {
    const slash = source.indexOf('\\', index);
    if (slash === -1) return text + source.slice(index);
    text += source.slice(index, slash);
    const next = source.charAt(slash + 1);
    index = slash + 2;
    const simple = SIMPLE[next];
    if (simple !== undefined) {
      text += simple;
    } else if (next in DIGITS) {
      const hex = readHex(source, index, DIGITS[next] ?? 2, next);
      text += String.fromCodePoint(Number.parseInt(hex, 16));
      index += hex.length;
    } else if (next >= '0' && next <= '7') {
      const octal = /^[0-7]{1,3}/.exec(source.slice(index - 1, index + 2))?.[0] ?? next;
      text += String.fromCodePoint(Number.parseInt(octal, 8));
      index += octal.length - 1;
    } else if (next === 'N') {
      throw unsupportedError(
        'character names (\\N{...}) are not supported',
        'Write the character itself, or \\uXXXX.',
      );
    } else if (next === '') {
      throw syntaxError('\\ at end of string');
    } else {
      text += `\\${next}`;
    }
  }
  return text;
}

function asciiEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `u${code.toString(16).padStart(4, '0')}`;
  return `U${code.toString(16).padStart(8, '0')}`;
}

function readHex(source: string, start: number, length: number, kind: string): string {
  const hex = source.slice(start, start + length);
  if (hex.length < length || !/^[0-9a-fA-F]*$/.test(hex)) {
    throw syntaxError(`truncated \\${kind}${'X'.repeat(length)} escape`, 'Write a backslash twice.');
  }
  if (Number.parseInt(hex, 16) > 0x10ffff) throw syntaxError('illegal Unicode character');
  return hex;
}

function syntaxError(message: string, hint?: string): Raised {
  return new Raised('TemplateSyntaxError', message, undefined, hint);
}
