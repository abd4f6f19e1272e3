import type { Place } from '../diagnostics/index.js';

/** Line and column (from 1, in code points) of an index in a text. */
export function placeAt(file: string, text: string, index: number): Place {
  const before = text.slice(0, index);
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { file, line, column: Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1 };
}
