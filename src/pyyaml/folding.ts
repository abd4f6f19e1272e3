import { isBlank, isBreak } from './characters.js';
import type { Cursor } from './cursor.js';

/** Blanks and line ends between two words of a text. */
export interface Gap {
  /** What they are in the text: one line end is a blank, more are one less. */
  readonly text: string;
  readonly hasBreak: boolean;
}

/**
 * Goes past the blanks and line ends that are here.
 * @param afterBreak a line end came before, and is none in the text
 * @param onIndent called at each blank that begins a line
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
