import type { YAMLParseError } from 'yaml';

/** Each repair takes one parse. */
const mostRepairs = 20;

/**
 * PyYAML lets the lines of a value in quotes or brackets begin at any column (LAVA's own base template makes such
 * lines); YAML itself, and so the parser, wants them deeper than their key. Inside quotes and brackets the blanks at
 * the start of a line mean nothing, so they are added where the parser misses them.
 * @param first what the parser says of the text as it is
 * @returns the text with blanks added, line by line the same, and what the parser says of it: errors are left when
 * something else is wrong
 */
export function indentContinuedLines<D extends { readonly errors: readonly YAMLParseError[] }>(
  text: string,
  first: D,
  parse: (text: string) => D | null,
): { readonly text: string; readonly document: D } {
  const indentation = ' '.repeat(deepestIndentation(text) + 1);
  let best = { text, document: first };
  for (let repairs = 0; best.document.errors.length > 0 && repairs < mostRepairs; repairs++) {
    const start = startOfContinuedLine(best.text, best.document.errors);
    if (start === null) break;
    const repaired = best.text.slice(0, start) + indentation + best.text.slice(start);
    const document = parse(repaired);
    if (document === null) break;
    best = { text: repaired, document };
  }
  return best;
}

function deepestIndentation(text: string): number {
  let deepest = 0;
  for (const [blanks] of text.matchAll(/^ +/gm)) deepest = Math.max(deepest, blanks.length);
  return Math.min(deepest, 1000);
}

function startOfContinuedLine(text: string, [error]: readonly YAMLParseError[]): number | null {
  if (error === undefined) return null;
  const isQuote = error.code === 'MISSING_CHAR' && error.message.startsWith('Missing closing');
  const isFlow = error.code === 'BAD_INDENT' && error.message.startsWith('Flow');
  if (!isQuote && !isFlow) return null;
  // Quotes are reported where the line before ends; brackets there, or where the line itself begins.
  const lineStart = text.lastIndexOf('\n', error.pos[0] - 1) + 1;
  const isAtStart = isFlow && text.slice(lineStart, error.pos[0]).trim() === '';
  const start = isAtStart ? lineStart : startOfNextContent(text, error.pos[0]);
  // Here a document begins or ends, also for PyYAML.
  const isMarker = text.startsWith('---', start) || text.startsWith('...', start);
  return start === 0 || start >= text.length || isMarker ? null : start;
}

/** The start of the next line that is not blank. */
function startOfNextContent(text: string, from: number): number {
  const content = /[^ \n]/g;
  content.lastIndex = text.indexOf('\n', from);
  const match = content.lastIndex < 0 ? null : content.exec(text);
  return match === null ? text.length : text.lastIndexOf('\n', match.index) + 1;
}
