import { exhaustionOf, ExternalError } from '../../diagnostics/index.js';

/**
 * Why the master cannot serve anybody at the moment, as the end of a sentence: a resource that is used up, or a database
 * that cannot be reached. Null for any other error, which is a bug.
 */
export function whyUnavailable(error: unknown): string | null {
  const exhaustion = exhaustionOf(error);
  if (exhaustion !== null) return exhaustion.why;
  return error instanceof ExternalError && error.retry === 'soon' ? `it cannot ${error.what}` : null;
}
