import { compileRegex } from './compile.js';
import { parseRegex } from './parse.js';
import { searchRegex, type RegexMatch } from './search.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { RegexFlags } from './tree.js';

/** A compiled pattern. Matching takes time linear in the text. */
export interface Regex {
  readonly source: string;
  search(text: string, from?: number): RegexMatch | undefined;
}

/** As consoles are matched: a dot matches a line end too (pexpect compiles its patterns with DOTALL). */
const consoleFlags: RegexFlags = { dotAll: true, multiLine: false, ignoreCase: false };
/** As LAVA compiles the `parse.pattern` of a test definition (MULTILINE). */
const lineFlags: RegexFlags = { dotAll: false, multiLine: true, ignoreCase: false };

/** Compiles a pattern in Python's syntax. Throws RegexSyntaxError. */
export function compilePattern(source: string, use: 'console' | 'lines' = 'console'): Regex {
  const program = compileRegex(parseRegex(source, use === 'console' ? consoleFlags : lineFlags));
  return { source, search: (text, from = 0) => searchRegex(program, text, from) };
}

/** What is wrong with a pattern, or undefined when it is fine. */
export function explainPattern(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
}
