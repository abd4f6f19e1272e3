import type { Place } from '../diagnostics/index.js';

/** The first character of a line that is not blank. @param line counts from 1 */
export function placeOfLine(file: string, text: string, line: number): Place {
  const shown = text.split('\n', line)[line - 1] ?? '';
  return { file, line, column: shown.length - shown.trimStart().length + 1 };
}

/** Line and column (from 1, in code points) of an index in a text. */
export function placeAt(file: string, text: string, index: number): Place {
  const before = text.slice(0, index);
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { file, line, column: Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1 };
}
