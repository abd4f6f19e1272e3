import { reserveText } from '../limits.js';

/** Texts with others between them, asked for before they are made: a long separator makes many short parts huge. */
export function joinTexts(parts: readonly string[], separator: string): string {
  reserveText(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}
