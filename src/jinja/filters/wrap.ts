import { isWhitespace } from '../lexer/whitespace.js';
import { valueError } from '../errors.js';

export interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly breakHyphens: boolean;
}

const SPACE = '[\\t\\n\\x0b\\x0c\\r ]';
const NO_SPACE = '[^\\t\\n\\x0b\\x0c\\r ]';
const WORD_PUNCTUATION = '[\\p{L}\\p{N}_!"\'&.,?]';
const LETTER = '[\\p{L}_]';
/** Where Python's textwrap may break: at spaces, at dashes between words, after hyphens inside words. */
const BREAKS = new RegExp(
  `(${SPACE}+|(?<=${WORD_PUNCTUATION})-{2,}(?=[\\p{L}\\p{N}_])|${NO_SPACE}+?(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})|(?=${SPACE}|$)|(?<=${WORD_PUNCTUATION})(?=-{2,}[\\p{L}\\p{N}_])))`,
  'u',
);
const SIMPLE_BREAKS = new RegExp(`(${SPACE}+)`, 'u');

function isBlank(chunk: string): boolean {
  return Array.from(chunk).every((character) => isWhitespace(character.charCodeAt(0)));
}

/** Python's `textwrap.wrap` as the `wordwrap` filter uses it: tabs and blanks stay as they are. */
export function wrap(text: string, options: WrapOptions): string[] {
  if (options.width <= 0) throw valueError(`invalid width ${options.width} (must be > 0)`);
  const pieces = text.split(options.breakHyphens ? BREAKS : SIMPLE_BREAKS);
  const chunks = pieces.filter((chunk) => chunk !== '').map((chunk) => Array.from(chunk));
  const lines: string[] = [];
  let next = 0;
  while (next < chunks.length) {
    if (lines.length > 0 && isBlank((chunks[next] ?? []).join(''))) next++;
    const line: string[][] = [];
    let length = 0;
    for (
      let chunk = chunks[next];
      chunk !== undefined && length + chunk.length <= options.width;
      chunk = chunks[next]
    ) {
      line.push(chunk);
      length += chunk.length;
      next++;
    }
    const long = chunks[next];
    if (long !== undefined && long.length > options.width) {
      if (options.breakLong)
        chunks[next] = breakLongWord(long, line, options.width - length, options.breakHyphens);
      else if (line.length === 0) {
        line.push(long);
        next++;
      }
    }
    const last = line.at(-1);
    if (last !== undefined && isBlank(last.join(''))) line.pop();
    if (line.length > 0) lines.push(line.map((chunk) => chunk.join('')).join(''));
  }
  return lines;
}

/** Puts as much of the word on the line as fits, and gives the rest. */
function breakLongWord(word: string[], line: string[][], space: number, breakHyphens: boolean): string[] {
  let end = space;
  if (breakHyphens && word.length > space) {
    const hyphen = space <= 0 ? -1 : word.lastIndexOf('-', space - 1);
    if (hyphen > 0 && word.slice(0, hyphen).some((character) => character !== '-')) end = hyphen + 1;
  }
  line.push(word.slice(0, end));
  return word.slice(end);
}
