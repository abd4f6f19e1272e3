import { code, isGap } from './characters.js';
import type { Cursor } from './cursor.js';
import { YamlFailure } from './failure.js';
import { readGap } from './folding.js';

export interface PlainScalar {
  readonly text: string;
  /** Whether scanning ended on a later line, where a key may start. */
  readonly endsBelow: boolean;
}

/**
 * Scans the plain scalar that starts here.
 * @param indent the minimum column of its continuation lines; ignored in brackets
 */
export function scanPlain(cursor: Cursor, indent: number, isInBrackets: boolean): PlainScalar {
  const start = cursor.at;
  const checkIndent = () => {
    if (cursor.column < indent && cursor.code() === code.tab) {
      throw new YamlFailure('a tab instead of spaces', cursor.at);
    }
  };
  let text = '';
  let gap = '';
  let endsBelow = false;
  while (!cursor.isAtMarker() && cursor.code() !== code.hash) {
    const from = cursor.at;
    skipWord(cursor, isInBrackets, start);
    if (cursor.at > from) {
      text += gap + cursor.text.slice(from, cursor.at);
      endsBelow = false;
    }
    const c = cursor.code();
    if (c === code.nul || !isGap(c)) break;
    const next = readGap(cursor, endsBelow, checkIndent);
    gap = next.text;
    endsBelow = next.hasBreak;
    if (!isInBrackets && cursor.column < indent) break;
  }
  return { text, endsBelow };
}

/** Up to the next blank, or to the end of the plain scalar. */
function skipWord(cursor: Cursor, isInBrackets: boolean, start: number): void {
  for (let c = cursor.code(); !isGap(c); c = cursor.code()) {
    if (c === code.colon) {
      const next = cursor.code(1);
      if (isGap(next)) return;
      if (isInBrackets && (next === code.question || isFlowIndicator(next))) {
        throw new YamlFailure(`":${String.fromCharCode(next)}" in a plain scalar inside brackets`, start);
      }
    } else if (isInBrackets && isFlowIndicator(c)) return;
    cursor.at++;
  }
}

function isFlowIndicator(c: number): boolean {
  return (
    c === code.comma ||
    c === code.openBracket ||
    c === code.closeBracket ||
    c === code.openBrace ||
    c === code.closeBrace
  );
}
