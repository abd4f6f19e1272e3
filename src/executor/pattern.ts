import { compilePattern as compile, TooManySteps, type Regex } from '../regex/index.js';
import { JobFailure } from './failure.js';

/**
 * Compiles a pattern whose searches fail the job (Job) when they would take too long.
 * @throws RegexSyntaxError when it is not valid or not supported
 */
export function compilePattern(source: string, use?: 'console' | 'lines'): Regex {
  const regex = compile(source, use);
  return {
    source,
    search: (text, from = 0) => {
      try {
        return regex.search(text, from);
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
