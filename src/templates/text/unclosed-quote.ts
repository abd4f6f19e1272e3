import type { TemplateError } from '../../jinja/index.js';
import { endOfString } from './scan-tags.js';

/**
 * A missing closing quote causes an error several lines later, at the next quote.
 * @returns a hint where the string starts that continues over a line end just before `error`; undefined if there is none
 */
export function unclosedQuoteBefore({ line, column }: TemplateError, text: string): string | undefined {
  const lines = text.split('\n');
  const errorAt = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column;
  let found: number | undefined;
  const interesting = /\{#|\{[{%]|[%}]\}|['"]/g;
  let isInTag = false;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    if (match.index >= errorAt) break;
    const [mark] = match;
    if (mark === '{#' && !isInTag) {
      const end = text.indexOf('#}', match.index);
      if (end < 0) break;
      interesting.lastIndex = end + 2;
    } else if (mark === '{{' || mark === '{%') isInTag = true;
    else if (mark === '}}' || mark === '%}') isInTag = false;
    else if (isInTag && mark !== '{#') {
      const end = endOfString(text, match.index);
      if (text.slice(match.index, end < 0 ? undefined : end).includes('\n')) found = match.index;
      if (end < 0) break;
      interesting.lastIndex = end;
    }
  }
  if (found === undefined) return undefined;
  const startLine = text.slice(0, found).split('\n').length;
  return `Close the quoted string that starts on line ${startLine}; it continues on the next line.`;
}
