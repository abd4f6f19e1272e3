import { JobFailure } from '../failure.js';
import { compilePattern, type Regex } from '../regex/regex.js';
import { RegexSyntaxError } from '../regex/syntax-error.js';

/** Patterns of a device configuration. Throws JobFailure (Configuration) for one that is not usable. */
export function devicePatterns(sources: readonly string[], what: string): Regex[] {
  return sources.map((source) => {
    try {
      return compilePattern(source);
    } catch (error) {
      if (!(error instanceof RegexSyntaxError)) throw error;
      throw new JobFailure('Configuration', `${what} '${source}' of the device: ${error.message}`);
    }
  });
}

/** A pattern that is plain text. */
export function plainPattern(text: string): Regex {
  return compilePattern(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/** A text, or a list of texts, of a device configuration. */
export function textList(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
