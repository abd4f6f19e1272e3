import { reserveText } from '../limits.js';

/** Joins texts after checking the size of the result: a long separator can make many short parts huge. */
export function joinTexts(parts: readonly string[], separator: string): string {
  reserveText(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}
