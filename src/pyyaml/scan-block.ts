import { code, isBlank, isBreak, isBreakOrEnd } from './characters.js';
import type { Cursor } from './cursor.js';
import { YamlFailure } from './failure.js';

/**
 * Scans the block scalar after `|` or `>` and returns it.
 * @param parentIndent the column of the enclosing collection; -1 if there is none
 */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const start = cursor.at;
  const { isLiteral, chomp, increment } = readHeader(cursor, start);
  const given = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let { breaks, indent } = readBreaks(cursor, given, parentIndent, start);
  let text = '';
  let lineEnd = '';
  let wasBlank = false;
  while (cursor.column === indent && cursor.code() !== code.nul) {
    const beginsBlank = isBlank(cursor.code());
    const folds = !isLiteral && lineEnd === '\n' && !wasBlank && !beginsBlank;
    text += (folds ? (breaks === '' ? ' ' : '') : lineEnd) + breaks;
    wasBlank = beginsBlank;
    const from = cursor.at;
    while (!isBreakOrEnd(cursor.code())) cursor.at++;
    text += cursor.text.slice(from, cursor.at);
    lineEnd = isBreak(cursor.code()) ? cursor.skipBreak() : '';
    ({ breaks, indent } = readBreaks(cursor, indent, parentIndent, start));
  }
  if (chomp === '-') return text;
  return chomp === '+' ? text + lineEnd + breaks : text + lineEnd;
}

function readHeader(
  cursor: Cursor,
  start: number,
): { readonly isLiteral: boolean; readonly chomp: string; readonly increment: number } {
  const header = /([|>])(?:([+-])([0-9])?|([0-9])([+-])?)?[ \t]*(?:#[^\0\n\r\x85\u2028\u2029]*)?/y;
  header.lastIndex = cursor.at;
  const match = header.exec(cursor.text);
  const digit = match?.[3] ?? match?.[4];
  if (match === null || digit === '0') throw new YamlFailure('this is not allowed after "|" or ">"', start);
  cursor.at = header.lastIndex;
  if (!isBreakOrEnd(cursor.code())) throw new YamlFailure('this is not allowed after "|" or ">"', start);
  if (isBreak(cursor.code())) cursor.skipBreak();
  return {
    isLiteral: match[1] === '|',
    chomp: match[2] ?? match[5] ?? '',
    increment: digit === undefined ? 0 : Number(digit),
  };
}

/** Empty lines and the indentation of the line after them. An `indent` of 0 is unknown and determined here. */
function readBreaks(
  cursor: Cursor,
  indent: number,
  parentIndent: number,
  start: number,
): { readonly breaks: string; readonly indent: number } {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.code() === code.space) cursor.at++;
    deepest = Math.max(deepest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.code() === code.tab) {
      throw new YamlFailure('a tab instead of spaces', start);
    }
    if (!isBreak(cursor.code())) break;
    breaks += cursor.skipBreak();
  }
  return { breaks, indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent };
}
