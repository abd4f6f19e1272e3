import { isBlank, isBreak } from './characters.js';
import type { Cursor } from './cursor.js';

/** Blanks and line ends between two words of a text. */
export interface Gap {
  /** Their folded form: one line end becomes a blank, several become one fewer. */
  readonly text: string;
  readonly hasBreak: boolean;
}

/**
 * Skips the blanks and line ends that are here.
 * @param afterBreak whether an escaped line end precedes, which does not count
 * @param onIndent called at each blank at the start of a line
 */
export function readGap(cursor: Cursor, afterBreak: boolean, onIndent?: () => void): Gap {
  const start = cursor.at;
  let hasBreak = afterBreak;
  let first = '';
  let more = '';
  for (;;) {
    const c = cursor.code();
    if (isBlank(c)) {
      if (hasBreak) onIndent?.();
      cursor.at++;
    } else if (isBreak(c)) {
      if (hasBreak) more += cursor.skipBreak();
      else first = cursor.skipBreak();
      hasBreak = true;
    } else break;
  }
  if (!hasBreak) return { text: cursor.text.slice(start, cursor.at), hasBreak };
  if (first !== '\n') return { text: first + more, hasBreak };
  return { text: more === '' ? ' ' : more, hasBreak };
}
