/** Parses flags: `(?i)` for the whole pattern, `(?i-s:...)` for a group. */
import type { Cursor } from './cursor.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { RegexFlags } from './tree.js';

/** Reads flags and comments at the start of a pattern. They apply to the whole pattern. */
export function parseGlobalFlags(cursor: Cursor, given: RegexFlags): RegexFlags {
  let letters = '';
  const start = cursor.at;
  for (;;) {
    const found = cursor.takeMatch(/\(\?([aiLmsux]+)\)|\(\?#[^)]*\)/y);
    if (found === null) break;
    letters += found[1] ?? '';
  }
  checkLetters(letters, start);
  return withFlags(given, letters, true);
}

/**
 * Reads the start of a group that does not capture, after its bracket: `?:` or `?i-s:`.
 * @returns the flags of the group; undefined if it is another kind of group
 */
export function parseScopedFlags(cursor: Cursor, outer: RegexFlags): RegexFlags | undefined {
  const start = cursor.at;
  const found = cursor.takeMatch(/\?([aiLmsux]*)(-[aiLmsux]*)?:/y);
  if (found === null) return undefined;
  const [, added = '', removed = ''] = found;
  checkLetters(added, start);
  checkLetters(removed, start);
  if (removed === '-') throw new RegexSyntaxError('a flag is missing after the dash', start);
  if (/[aLu]/.test(removed))
    throw new RegexSyntaxError("the flags 'a', 'L' and 'u' cannot be turned off", start);
  if (Array.from(added).some((letter) => removed.includes(letter))) {
    throw new RegexSyntaxError('a flag is turned on and off', start);
  }
  // `u` and `a` replace each other.
  const base = added.includes('u') ? { ...outer, ascii: false } : outer;
  return withFlags(withFlags(base, added, true), removed, false);
}

function checkLetters(letters: string, at: number): void {
  if (letters.includes('x')) throw new RegexSyntaxError('the verbose flag is not supported', at);
  if (letters.includes('L')) throw new RegexSyntaxError("the flag 'L' is only for bytes", at);
  if (letters.includes('a') && letters.includes('u')) {
    throw new RegexSyntaxError("the flags 'a' and 'u' are incompatible", at);
  }
}

function withFlags(flags: RegexFlags, letters: string, value: boolean): RegexFlags {
  return {
    dotAll: letters.includes('s') ? value : flags.dotAll,
    multiLine: letters.includes('m') ? value : flags.multiLine,
    ignoreCase: letters.includes('i') ? value : flags.ignoreCase,
    ascii: letters.includes('a') ? value : flags.ascii,
  };
}
