import { typeError } from '../errors.js';
import { isWhitespace } from '../lexer/whitespace.js';
import { reserveText } from '../limits.js';
import { codePointLength } from '../values/markup.js';
import { charactersOf } from '../values/slice.js';
import type { Value } from '../values/types.js';
import { needInt, needText } from './method.js';

type Side = 'left' | 'right' | 'both';

/** Python's `strip` and its halves. */
export function strip(text: string, characters: Value | undefined, side: Side): string {
  const set =
    characters === undefined || characters === null ? null : new Set(needText(characters, 'strip arg'));
  const units = set === null ? text : charactersOf(text);
  const isCut = (index: number) =>
    set === null ? isWhitespace(text.charCodeAt(index)) : set.has(units[index] ?? '');
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && isCut(start)) start++;
  if (side !== 'left') while (end > start && isCut(end - 1)) end--;
  return typeof units === 'string' ? units.slice(start, end) : units.slice(start, end).join('');
}

/** The padding that extends the text to the requested width. */
export function padding(
  args: readonly (Value | undefined)[],
  text: string,
): { fill: string; missing: number } {
  const width = needInt(args[0], 0);
  const fill = args[1] === undefined ? ' ' : needText(args[1], 'The fill character');
  if (codePointLength(fill) !== 1) throw typeError('The fill character must be exactly one character long');
  const missing = Math.max(0, width - codePointLength(text));
  reserveText(text.length + missing);
  return { fill, missing };
}

/** Python's `str.center`: an odd space goes left when the width is odd. */
export function center(text: string, args: readonly (Value | undefined)[]): string {
  const { fill, missing } = padding(args, text);
  const width = missing + codePointLength(text);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** Python's `str.expandtabs`. */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  let result = '';
  for (const character of text) {
    if (character === '\t') {
      const spaces = size > 0 ? size - (column % size) : 0;
      reserveText(spaces);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

/** Python's `str.zfill`. */
export function zeroFill(text: string, width: number): string {
  const missing = width - codePointLength(text);
  if (missing <= 0) return text;
  reserveText(text.length + missing);
  const hasSign = text.startsWith('+') || text.startsWith('-');
  return hasSign ? text.charAt(0) + '0'.repeat(missing) + text.slice(1) : '0'.repeat(missing) + text;
}
