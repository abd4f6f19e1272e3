import { differByOneSlip, nearest } from '../diagnostics/index.js';
import { namePattern } from './schema/parts.js';

const name = new RegExp(namePattern);

/**
 * Names of workers, devices, device types, masters and sites: what LAVA up to 2023 accepts as hostnames
 * (`[-_a-zA-Z0-9.@]+`), without a leading `-` or `.`, which programs interpret as options and hidden files.
 */
export function isName(text: string): boolean {
  return text.length <= 200 && name.test(text);
}

/** The hint for a name that is not valid. */
export const nameShape =
  'Use letters, digits, "-", "_", ".", "@"; start with a letter, digit or "_"; at most 200 characters.';

/** Tags are slugs in LAVA. */
export function isTag(text: string): boolean {
  return text.length <= 50 && /^[-a-zA-Z0-9_]+$/.test(text);
}

/**
 * The hint for a word that is not one of a fixed set: `Did you mean "x"?`, or the list of alternatives, or nothing. For a
 * name that the lab could define, use {@link orElse}: there, a guess alone would hide what to do.
 */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const near = nearest(text, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return all.length > 0 && all.length <= 12 ? `Use one of: ${all.sort().join(', ')}.` : undefined;
}

/**
 * The hint for a variable: the one that is meant, if a single slip explains the difference. A less similar one is a guess
 * (`ssh_port` for `ssh_host`), so the advice follows it.
 * @param advice a complete sentence, which starts with a verb
 */
export function guessVariable(name: string, candidates: Iterable<string>, advice: string): string {
  const near = nearest(name, candidates);
  return near !== undefined && differByOneSlip(name, near) ? `Did you mean "${near}"?` : orElse(near, advice);
}

/** If a lab has more wrong names than this, the cause is not a spelling mistake. Comparing names takes time. */
const mostGuesses = 100;

/** Finds the most similar of the candidates, for many texts. */
export function guesserOf(candidates: Iterable<string>): (text: string) => string | undefined {
  const all = [...candidates];
  const known = new Map<string, string | undefined>();
  return (text) => {
    if (!known.has(text) && known.size < mostGuesses) known.set(text, nearest(text, all));
    return known.get(text);
  };
}

/**
 * The hint for a name that nothing in the lab has: what to do about it, after a guess if there is one.
 * @param guess a similar name
 * @param advice a complete sentence, which starts with a verb
 */
export function orElse(guess: string | undefined, advice: string): string {
  if (guess === undefined) return advice;
  return `Did you mean "${guess}"? Otherwise, ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`;
}
