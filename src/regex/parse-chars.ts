/** Parses escapes and character sets: `\n`, `\x41`, `\033`, `[^a-z\d]`. */
import { classOf, type CharClass, type CharRange } from './char-set.js';
import type { Cursor } from './cursor.js';
import { RegexSyntaxError } from './syntax-error.js';

const controls: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['f', 0x0c],
  ['v', 0x0b],
  ['a', 0x07],
]);
const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads an escape at a backslash that is neither a class nor octal. @returns the code of its character */
function parseEscapedChar(cursor: Cursor): number {
  const start = cursor.at;
  const letter = cursor.peek(1);
  if (letter === '') throw new RegexSyntaxError('a backslash at the end', start);
  cursor.at += 2;
  const digits = hexDigits.get(letter);
  if (digits !== undefined) return parseHex(cursor, digits, start);
  const control = controls.get(letter);
  if (control !== undefined) return control;
  if (letter === 'N') throw new RegexSyntaxError('characters by name (\\N) are not supported', start);
  if (/[A-Za-z]/.test(letter)) throw new RegexSyntaxError(`bad escape \\${letter}`, start);
  return letter.charCodeAt(0);
}

function parseHex(cursor: Cursor, digits: number, start: number): number {
  const hex = cursor.pattern.slice(cursor.at, cursor.at + digits);
  if (hex.length < digits || !/^[0-9A-Fa-f]+$/.test(hex)) {
    throw new RegexSyntaxError(`incomplete escape ${cursor.pattern.slice(start, cursor.at)}${hex}`, start);
  }
  cursor.at += digits;
  const code = parseInt(hex, 16);
  if (code > 0xffff) throw new RegexSyntaxError('characters beyond \\uffff are not supported', start);
  return code;
}

/**
 * Reads an escape outside of a set. As in Python, `\0` and up to two more octal digits are octal, and so are three octal
 * digits. Any other number refers to a group.
 */
export function parseEscapedAtom(cursor: Cursor): number {
  const start = cursor.at;
  const octal = cursor.takeMatch(/\\(0[0-7]{0,2}|[1-7][0-7]{2})/y)?.[1];
  if (octal !== undefined) return octalCode(octal, start);
  if (/[1-9]/.test(cursor.peek(1))) throw new RegexSyntaxError('back-references are not supported', start);
  return parseEscapedChar(cursor);
}

function octalCode(digits: string, start: number): number {
  const code = parseInt(digits, 8);
  if (code > 0o377) throw new RegexSyntaxError(`octal escape \\${digits} is larger than \\377`, start);
  return code;
}

/** What a set lists. */
export interface SetItems {
  readonly ranges: readonly CharRange[];
  readonly classes: readonly CharClass[];
  readonly negated: boolean;
}

/** Reads a set at a `[`. @param ascii whether its classes contain only ASCII characters */
export function parseSet(cursor: Cursor, ascii: boolean): SetItems {
  const start = cursor.at;
  cursor.take('[');
  const negated = cursor.take('^');
  const ranges: CharRange[] = [];
  const classes: CharClass[] = [];
  // A closing bracket at the start is literal.
  do {
    if (cursor.isAtEnd) throw new RegexSyntaxError('unterminated character set', start);
    const item = parseSetItem(cursor, ascii);
    if ('kind' in item) classes.push(item);
    else ranges.push(item);
  } while (!cursor.take(']'));
  return { ranges, classes, negated };
}

/** Reads a character, a class such as `\d`, or a range. */
function parseSetItem(cursor: Cursor, ascii: boolean): CharRange | CharClass {
  const low = parseSetChar(cursor, ascii);
  const dash = cursor.at;
  // A dash at the end is literal.
  const isRange = cursor.peek() === '-' && cursor.peek(1) !== ']' && cursor.peek(1) !== '';
  if (!isRange) return typeof low === 'number' ? [low, low] : low;
  cursor.take('-');
  const high = parseSetChar(cursor, ascii);
  if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
    throw new RegexSyntaxError('bad character range', dash);
  }
  return [low, high];
}

/** Reads the code of a character, or a class. */
function parseSetChar(cursor: Cursor, ascii: boolean): number | CharClass {
  const start = cursor.at;
  if (cursor.peek() !== '\\') {
    const code = cursor.peek().charCodeAt(0);
    cursor.at += 1;
    return code;
  }
  const known = classOf(cursor.peek(1), ascii);
  if (known !== undefined) {
    cursor.at += 2;
    return known;
  }
  // In a set, a number is always octal, and `\b` is the backspace.
  const octal = cursor.takeMatch(/\\([0-7]{1,3})/y)?.[1];
  if (octal !== undefined) return octalCode(octal, start);
  if (/[89]/.test(cursor.peek(1))) throw new RegexSyntaxError(`bad escape \\${cursor.peek(1)}`, start);
  return cursor.take('\\b') ? 0x08 : parseEscapedChar(cursor);
}
