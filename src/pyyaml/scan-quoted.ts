import { code, isBreak, isGap } from './characters.js';
import type { Cursor } from './cursor.js';
import { YamlFailure } from './failure.js';
import { readGap } from './folding.js';

/** Scans the quoted scalar that starts here and returns it. Its lines can start in any column. */
export function scanQuoted(cursor: Cursor): string {
  const start = cursor.at;
  const quote = cursor.code();
  cursor.at++;
  let text = '';
  for (;;) {
    if (cursor.isAtMarker()) {
      throw new YamlFailure('the quoted string continues past the end of the document', start);
    }
    if (cursor.code() === code.nul) throw new YamlFailure('the quoted string has no end', start);
    const part = readWord(cursor, quote, start);
    text += part.text;
    if (cursor.code() === quote) {
      cursor.at++;
      return text;
    }
    text += readGap(cursor, part.endsWithBreak).text;
  }
}

/** Up to the next blank, line end or closing quote. */
function readWord(
  cursor: Cursor,
  quote: number,
  start: number,
): { readonly text: string; readonly endsWithBreak: boolean } {
  let text = '';
  let copied = cursor.at;
  for (;;) {
    const c = cursor.code();
    if (isGap(c)) break;
    if (c === quote) {
      if (c !== code.singleQuote || cursor.code(1) !== quote) break;
      text += cursor.text.slice(copied, cursor.at + 1);
      cursor.at += 2;
      copied = cursor.at;
    } else if (c === code.backslash && quote === code.doubleQuote) {
      text += cursor.text.slice(copied, cursor.at);
      cursor.at++;
      if (isBreak(cursor.code())) {
        cursor.skipBreak();
        return { text, endsWithBreak: true };
      }
      text += readEscape(cursor, start);
      copied = cursor.at;
    } else cursor.at++;
  }
  return { text: text + cursor.text.slice(copied, cursor.at), endsWithBreak: false };
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ',
  '"': '"', '/': '/', '\\': '\\', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
}; // prettier-ignore
const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readEscape(cursor: Cursor, start: number): string {
  const letter = cursor.text.charAt(cursor.at);
  cursor.at++;
  const simple = escapes[letter];
  if (simple !== undefined) return simple;
  const count = digits[letter];
  if (count === undefined) throw new YamlFailure(`unknown escape "\\${letter}"`, start);
  const digitsHere = cursor.text.slice(cursor.at, cursor.at + count);
  if (digitsHere.length < count || !/^[0-9a-fA-F]+$/.test(digitsHere)) {
    throw new YamlFailure(`"\\${letter}" requires ${count} hexadecimal digits`, start);
  }
  const value = Number.parseInt(digitsHere, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw new YamlFailure(`"\\${letter}${digitsHere}" is not a character`, start);
  }
  cursor.at += count;
  return String.fromCodePoint(value);
}
