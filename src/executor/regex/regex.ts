import { compileRegex } from './compile.js';
import { parseRegex } from './parse.js';
import { searchRegex, type RegexMatch } from './search.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { RegexFlags } from './tree.js';

/** A compiled pattern. It matches in time linear in the length of the text. */
export interface Regex {
  readonly source: string;
  search(text: string, from?: number): RegexMatch | undefined;
}

/** For consoles: a dot matches line ends, too (pexpect compiles its patterns with DOTALL). */
const consoleFlags: RegexFlags = { dotAll: true, multiLine: false, ignoreCase: false };
/** For the `parse.pattern` of a test definition, which LAVA compiles with MULTILINE. */
const lineFlags: RegexFlags = { dotAll: false, multiLine: true, ignoreCase: false };

/**
 * Compiles a pattern in Python's syntax.
 * @throws RegexSyntaxError when it is not valid or not supported
 */
export function compilePattern(source: string, use: 'console' | 'lines' = 'console'): Regex {
  const program = compileRegex(parseRegex(source, use === 'console' ? consoleFlags : lineFlags));
  return { source, search: (text, from = 0) => searchRegex(program, text, from) };
}

/** Explains why a pattern cannot be compiled. @returns undefined if it can */
export function explainPattern(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
}

const maxPatternsShown = 6;
const maxPatternLength = 120;

/** Formats patterns for a message: `'login:' or '# '`. */
export function describePatterns(patterns: readonly Regex[]): string {
  const shown = patterns
    .slice(0, maxPatternsShown)
    .map(({ source }) =>
      source.length > maxPatternLength ? `'${source.slice(0, maxPatternLength)}...'` : `'${source}'`,
    );
  const rest = patterns.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more patterns`] : [])].join(' or ');
}
