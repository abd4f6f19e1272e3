import { compileRegex } from './compile.js';
import { parseRegex } from './parse.js';
import { JobFailure } from '../failure.js';
import { searchRegex, TooManySteps, type RegexMatch } from './search.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { RegexFlags } from './tree.js';

/** A compiled pattern. It matches in time linear in the length of the text. */
export interface Regex {
  readonly source: string;
  /** @throws JobFailure (Job) when this would take too long */
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
  return {
    source,
    search: (text, from = 0) => {
      try {
        return searchRegex(program, text, from, maxSteps);
      } catch (error) {
        if (!(error instanceof TooManySteps)) throw error;
        throw new JobFailure(
          'Job',
          `the pattern ${describe(source)} is too expensive for ${text.length - from} characters of the console: simplify it`,
        );
      }
    },
  };
}

/** Explains why a pattern cannot be compiled. @returns undefined if it can */
export function findPatternError(source: string): RegexSyntaxError | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error;
    throw error;
  }
}

const maxPatternsShown = 6;
const maxPatternLength = 120;

/** Formats patterns for a message: `'login:' or '# '`. */
export function describePatterns(patterns: readonly Regex[]): string {
  const shown = patterns.slice(0, maxPatternsShown).map(({ source }) => describe(source));
  const rest = patterns.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more patterns`] : [])].join(' or ');
}

function describe(source: string): string {
  return source.length > maxPatternLength ? `'${source.slice(0, maxPatternLength)}...'` : `'${source}'`;
}
