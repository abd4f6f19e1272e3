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

/** The candidate that differs least from `text`, if it is near enough to be meant: "did you mean". */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(text.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > limit || candidate.length > 100) continue;
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** `Did you mean "x"?`, or what else there is, or nothing. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const near = nearest(text, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return all.length > 0 && all.length <= 12 ? `There is: ${all.sort().join(', ')}.` : undefined;
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

/** Levenshtein, on short texts. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
