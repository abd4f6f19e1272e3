/** Parses escapes and character sets: `\n`, `\x41`, `[^a-z\d]`. */
import { charClasses, rangesOf, type CharRange, type CharSet } from './char-set.js';
import type { Cursor } from './cursor.js';
import { RegexSyntaxError } from './syntax-error.js';

const controls: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['f', 0x0c],
  ['v', 0x0b],
  ['a', 0x07],
  ['0', 0],
]);

/** Reads an escape at a backslash. @returns the code of the character that it represents */
export function parseEscapedChar(cursor: Cursor): number {
  const start = cursor.at;
  const letter = cursor.peek(1);
  if (letter === '') throw new RegexSyntaxError('a backslash at the end', start);
  cursor.at += 2;
  if (letter === 'x') return parseHex(cursor, 2, start);
  if (letter === 'u') return parseHex(cursor, 4, start);
  const control = controls.get(letter);
  if (control !== undefined) return control;
  if (/[A-Za-z]/.test(letter)) throw new RegexSyntaxError(`bad escape \\${letter}`, start);
  return letter.charCodeAt(0);
}

function parseHex(cursor: Cursor, digits: number, start: number): number {
  const hex = cursor.pattern.slice(cursor.at, cursor.at + digits);
  if (hex.length < digits || !/^[0-9A-Fa-f]+$/.test(hex)) {
    throw new RegexSyntaxError(`incomplete escape ${cursor.pattern.slice(start, cursor.at)}${hex}`, start);
  }
  cursor.at += digits;
  return parseInt(hex, 16);
}

/** Reads a set at a `[`. */
export function parseSet(cursor: Cursor): CharSet {
  const start = cursor.at;
  cursor.take('[');
  const negated = cursor.take('^');
  const ranges: CharRange[] = [];
  // A closing bracket at the start is literal.
  do {
    if (cursor.isAtEnd) throw new RegexSyntaxError('unterminated character set', start);
    ranges.push(...parseSetItem(cursor));
  } while (!cursor.take(']'));
  return { ranges, negated };
}

/** Reads a character, a class such as `\d`, or a range. */
function parseSetItem(cursor: Cursor): readonly CharRange[] {
  const low = parseSetChar(cursor);
  const dash = cursor.at;
  // A dash at the end is literal.
  const isRange = cursor.peek() === '-' && cursor.peek(1) !== ']' && cursor.peek(1) !== '';
  if (!isRange) return typeof low === 'number' ? [[low, low]] : low;
  cursor.take('-');
  const high = parseSetChar(cursor);
  if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
    throw new RegexSyntaxError('bad character range', dash);
  }
  return [[low, high]];
}

/** Reads the code of a character or the ranges of a class. */
function parseSetChar(cursor: Cursor): number | readonly CharRange[] {
  if (cursor.peek() !== '\\') {
    const code = cursor.peek().charCodeAt(0);
    cursor.at += 1;
    return code;
  }
  const set = charClasses.get(cursor.peek(1));
  if (set !== undefined) {
    cursor.at += 2;
    return rangesOf(set);
  }
  // In a set, `\b` is the backspace.
  return cursor.take('\\b') ? 0x08 : parseEscapedChar(cursor);
}
