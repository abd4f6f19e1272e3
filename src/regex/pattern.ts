import { checkSize, compileRegex } from './compile.js';
import { parseRegex } from './parse.js';
import { searchRegex, type RegexMatch } from './search.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { RegexFlags } from './tree.js';

/** A compiled pattern. It matches in time linear in the length of the text. */
export interface Regex {
  readonly source: string;
  /** @throws TooManySteps when this would take too long */
  search(text: string, from?: number): RegexMatch | undefined;
}

/**
 * The work of one search. It takes about two seconds, during which the executor does nothing else. The text is at most
 * 64 KiB long, so only a pattern with hundreds of instructions that are all active at once can reach it.
 */
const maxSteps = 20_000_000;

/** For consoles: a dot matches line ends, too (pexpect compiles its patterns with DOTALL). */
const consoleFlags: RegexFlags = { dotAll: true, multiLine: false, ignoreCase: false, ascii: false };
/** For the `parse.pattern` of a test definition, which LAVA compiles with MULTILINE. */
const lineFlags: RegexFlags = { dotAll: false, multiLine: true, ignoreCase: false, ascii: false };

/**
 * Compiles a pattern in Python's syntax.
 * @throws RegexSyntaxError when it is not valid or not supported
 */
export function compilePattern(source: string, use: 'console' | 'lines' = 'console'): Regex {
  const program = compileRegex(parseRegex(source, use === 'console' ? consoleFlags : lineFlags));
  return { source, search: (text, from = 0) => searchRegex(program, text, from, maxSteps) };
}

/** Explains why a pattern cannot be compiled, in time linear in its length. @returns undefined if it can */
export function findPatternError(source: string): RegexSyntaxError | undefined {
  try {
    checkSize(parseRegex(source, consoleFlags));
    return undefined;
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error;
    throw error;
  }
}
