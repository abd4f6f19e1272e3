import { createEnvironment, TemplateError } from '../../jinja/index.js';
import { endOfString } from './scan-tags.js';
import { longestTemplate } from './templates.js';

/**
 * What stops a template from being read at all; null when nothing does, or when it is too long to be looked at.
 * @param file what the error names
 */
export function syntaxErrorOf(file: string, text: string): TemplateError | null {
  if (text.length > longestTemplate.text) return null;
  try {
    createEnvironment({ loader: { load: () => ({ text, file }) } }).parse(file);
    return null;
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/**
 * A quote that was forgotten shows lines later, where the next one opens. Says where the text in quotes began that
 * runs over a line end just before `error`; undefined when there is none.
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
  return `The text in quotes that begins in line ${startLine} goes on in the next one: is its end quote missing?`;
}
