import type { TemplateError } from '../../jinja/index.js';
import { endOfString, type Tag } from './scan-tags.js';

/** Two string literals that only blanks separate: Jinja2 joins them, as Python does. */
export interface JoinedTexts {
  /** Index after the first one, where a comma may be missing. */
  readonly at: number;
  /** Index after the second one. */
  readonly end: number;
  /** What is inside their quotes. */
  readonly first: string;
  readonly second: string;
  /** They are entries of a list. */
  readonly isInList: boolean;
  /** The second one is a key of a mapping, so that Jinja2 rejects the text. */
  readonly isKey: boolean;
}

/** All pairs of string literals in the tags of a template that Jinja2 joins. */
export function findJoinedTexts(tags: readonly Tag[]): readonly JoinedTexts[] {
  return tags.flatMap(({ text, start }) => (/["']\s*["']/.test(text) ? joinedIn(text, start) : []));
}

function joinedIn(text: string, start: number): JoinedTexts[] {
  const found: JoinedTexts[] = [];
  const brackets: string[] = [];
  const interesting = /["'([{)\]}]/g;
  let last: { readonly begin: number; readonly end: number } | undefined;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const [mark] = match;
    if ('([{'.includes(mark)) brackets.push(mark);
    else if (')]}'.includes(mark)) brackets.pop();
    if (!/["']/.test(mark)) continue;
    const end = endOfString(text, match.index);
    if (end < 0) break;
    if (last !== undefined && text.slice(last.end, match.index).trim() === '') {
      found.push({
        at: start + last.end,
        end: start + end,
        first: text.slice(last.begin + 1, last.end - 1),
        second: text.slice(match.index + 1, end - 1),
        isInList: brackets.at(-1) === '[',
        isKey: brackets.at(-1) === '{' && /^\s*:/.test(text.slice(end)),
      });
    }
    last = { begin: match.index, end };
    interesting.lastIndex = end;
  }
  return found;
}

/**
 * Whether joining the two is a slip: the result contains a word that nobody wrote, such as "offsleep". Long strings that
 * are split on purpose have a blank or punctuation there, or no blank at all.
 */
export function isSlip({ first, second, isInList }: JoinedTexts): boolean {
  if (!isInList)
    return /[A-Za-z0-9]$/.test(first) && /^[A-Za-z0-9]/.test(second) && /\s/.test(first + second);
  if (!/[A-Za-z0-9"')}\]]$/.test(first)) return false;
  return /^[A-Za-z0-9{$"']/.test(second) || (/^[-/]/.test(second) && /\s/.test(first));
}

/**
 * A missing comma causes an error at the next token, often on the next line.
 * @returns the index in `text` after the value that the comma should follow; undefined if no comma is missing
 */
export function missingCommaBefore(
  { message, line, column }: Pick<TemplateError, 'message' | 'line' | 'column'>,
  text: string,
  tags: readonly Tag[],
): number | undefined {
  const [, got] = /^expected token ',', got '(.*)'$/.exec(message) ?? [];
  if (got === undefined) return undefined;
  const lineStart = text.split('\n', line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const errorAt =
    lineStart +
    Array.from(text.slice(lineStart))
      .slice(0, column - 1)
      .join('').length;
  const before = text.slice(0, errorAt).trimEnd().length;
  if (got === ':') return findJoinedTexts(tags).find(({ end }) => end === before)?.at;
  return /^(?:string|integer|float|[[{(]|[A-Za-z_]\w*)$/.test(got) ? before : undefined;
}
