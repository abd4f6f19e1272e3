import { typeError, valueError } from '../errors.js';
import { isWhitespace } from '../lexer/whitespace.js';
import { spend } from '../limits.js';
import { order } from '../values/compare.js';
import { codePointLength } from '../values/markup.js';
import { asDouble, asInt } from '../values/number.js';
import { charactersOf } from '../values/slice.js';
import type { Value } from '../values/types.js';

export interface WrapOptions {
  /** A number; a float is accepted as long as no word has to be split. */
  readonly width: Value;
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

/** The rest of a word or a gap: code points from `start` on. */
interface Chunk {
  readonly characters: string | readonly string[];
  readonly start: number;
}

function chunkOf(text: string): Chunk {
  return { characters: codePointLength(text) === text.length ? text : charactersOf(text), start: 0 };
}

function lengthOf({ characters, start }: Chunk): number {
  return characters.length - start;
}

function textOf({ characters, start }: Chunk, end = characters.length): string {
  return typeof characters === 'string'
    ? characters.slice(start, end)
    : characters.slice(start, end).join('');
}

function isBlank({ characters, start }: Chunk): boolean {
  for (let index = start; index < characters.length; index++) {
    if (!isWhitespace(characters[index]?.charCodeAt(0) ?? 0)) return false;
  }
  return true;
}

/** The search for a word after dashes restarts at each dash. */
function chargeDashes(text: string): void {
  for (const [run] of text.matchAll(/-{64,}/g)) spend((run.length * run.length) >>> 8);
}

/** Python's `textwrap.wrap` as the `wordwrap` filter uses it: tabs and blanks are unchanged. */
export function wrap(text: string, { width: wanted, breakLong, breakHyphens }: WrapOptions): string[] {
  if (order(wanted, 0, '<=') <= 0) throw valueError('invalid width (must be > 0)');
  const width = asDouble(wanted) ?? 0;
  if (breakHyphens) chargeDashes(text);
  const pieces = text.split(breakHyphens ? BREAKS : SIMPLE_BREAKS).filter((piece) => piece !== '');
  const lines: string[] = [];
  let next = 0;
  let chunk = nextChunk();
  function nextChunk(): Chunk | undefined {
    const piece = pieces[next++];
    return piece === undefined ? undefined : chunkOf(piece);
  }
  while (chunk !== undefined) {
    if (lines.length > 0 && isBlank(chunk)) chunk = nextChunk();
    const line: string[] = [];
    let length = 0;
    while (chunk !== undefined && length + lengthOf(chunk) <= width) {
      line.push(textOf(chunk));
      length += lengthOf(chunk);
      chunk = nextChunk();
    }
    if (chunk !== undefined && lengthOf(chunk) > width) {
      if (breakLong) {
        if (asInt(wanted) === undefined) throw typeError('slice indices must be integers or None');
        const end = chunk.start + roomFor(chunk, width - length, breakHyphens);
        line.push(textOf(chunk, end));
        chunk = { ...chunk, start: end };
      } else if (line.length === 0) {
        line.push(textOf(chunk));
        chunk = nextChunk();
      }
    }
    const last = line.at(-1);
    if (last !== undefined && isBlank({ characters: last, start: 0 })) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

/** How much of a long word fits on the line: as much as possible, or up to the last hyphen in that part. */
function roomFor({ characters, start }: Chunk, space: number, breakHyphens: boolean): number {
  if (!breakHyphens || space <= 0) return space;
  let hyphen = start + space - 1;
  while (hyphen > start && characters[hyphen] !== '-') hyphen--;
  if (hyphen <= start) return space;
  for (let index = start; index < hyphen; index++) {
    if (characters[index] !== '-') return hyphen + 1 - start;
  }
  return space;
}
