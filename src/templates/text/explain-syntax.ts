import type { TemplateError } from '../../jinja/index.js';
import { missingCommaBefore } from './missing-comma.js';
import { endOfString, scanTags } from './scan-tags.js';

/** A syntax error in the words of somebody who has to find the cause, at the place of the cause if that is known. */
export interface ExplainedSyntax {
  readonly message: string;
  readonly hint: string | undefined;
  /** Index in the text; undefined: the place of the error. */
  readonly at?: number;
}

/**
 * Explains a syntax error by what causes it, often on an earlier line.
 * @param text the text of the template in which `error` occurred
 */
export function explainSyntax(error: TemplateError, text: string): ExplainedSyntax {
  const { message } = error;
  const quote = unclosedQuoteBefore(error, text);
  if (quote !== undefined) return { message, hint: quote };
  const at = missingCommaBefore(error, text, scanTags(text));
  if (at === undefined) return { message, hint: error.hint };
  const line = text.slice(0, at).split('\n').length;
  const after = /\S{1,40}$/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? 'this value';
  return { message: 'a comma is missing here', hint: `Write a comma after ${after} on line ${line}.`, at };
}

/**
 * A missing closing quote causes an error several lines later, at the next quote.
 * @returns a hint where the string starts that continues over a line end just before `error`; undefined if there is none
 */
function unclosedQuoteBefore({ line, column }: TemplateError, text: string): string | undefined {
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
