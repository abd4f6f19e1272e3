import { printable } from '../../diagnostics/index.js';

/**
 * Text of several lines for a terminal or a comment. Of the non-printable characters, only line ends and tabs are kept.
 */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, (part) => printable(part));
}

/** At most `max` characters. What was cut off is counted. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (${text.length - kept.length} more characters)`;
}
