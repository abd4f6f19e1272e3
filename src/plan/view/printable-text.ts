import { printable } from '../../diagnostics/index.js';

/** Text of several lines for a terminal or a comment: of what is not printable, only line ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, (part) => printable(part));
}

/** At most `max` characters; what was cut is counted. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (${text.length - kept.length} more characters)`;
}
