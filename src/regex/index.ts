/**
 * Python's regular expressions, as jobs and device configurations use them: read, limited, and matched in time linear in the
 * text. Both the patterns and the texts come from outside.
 */
export { compilePattern, findPatternError, type Regex } from './pattern.js';
export { TooManySteps, type RegexMatch } from './search.js';
export { RegexSyntaxError } from './syntax-error.js';
