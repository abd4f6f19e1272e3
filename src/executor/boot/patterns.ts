import { JobFailure } from '../failure.js';
import { RegexSyntaxError, type Regex } from '../../regex/index.js';
import { compilePattern } from '../pattern.js';

/**
 * Compiles patterns of a device configuration.
 * @throws JobFailure (Configuration) when one is not valid
 */
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

/** Compiles a pattern that matches plain text. */
export function plainPattern(text: string): Regex {
  return compilePattern(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/** Reads a string or a list of strings from a device configuration. */
export function textList(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
