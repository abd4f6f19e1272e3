import { nearest } from '../diagnostics/index.js';
import { namePattern } from './schema/parts.js';

const name = new RegExp(namePattern);

/**
 * Names of workers, devices, device types, masters and sites: what LAVA up to 2023 takes for hostnames
 * (`[-_a-zA-Z0-9.@]+`), without a leading `-` or `.`, which programs take for options and hidden files.
 */
export function isName(text: string): boolean {
  return text.length <= 200 && name.test(text);
}

/** What to do about a name that is none. */
export const nameShape =
  'Use letters, digits, "-", "_", ".", "@"; start with a letter, digit or "_"; at most 200 characters.';

/** Tags are slugs in LAVA. */
export function isTag(text: string): boolean {
  return text.length <= 50 && /^[-a-zA-Z0-9_]+$/.test(text);
}

/** `Did you mean "x"?`, or what else there is, or nothing. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const near = nearest(text, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return all.length > 0 && all.length <= 12 ? `Use one of: ${all.sort().join(', ')}.` : undefined;
}

/** In a lab with more wrong names than that, something else is wrong than the spelling; comparing them takes time. */
const mostGuesses = 100;

/** As {@link didYouMean}, for many texts and the same candidates. */
export function guesserOf(candidates: Iterable<string>): (text: string) => string | undefined {
  const all = [...candidates];
  const known = new Map<string, string | undefined>();
  return (text) => {
    if (!known.has(text) && known.size < mostGuesses) known.set(text, didYouMean(text, all));
    return known.get(text);
  };
}
