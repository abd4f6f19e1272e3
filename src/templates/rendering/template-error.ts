import { createEnvironment, TemplateError } from '../../jinja/index.js';
import { longestTemplate } from '../limits.js';

/** The result of reading or rendering a template. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TemplateError };

/** Runs `work`, and returns an error of a template as a value. Other errors pass through. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, error };
    throw error;
  }
}

/**
 * Checks that a template can be parsed.
 * @param file the name of the template in the error
 * @returns null if it can be parsed, or if it is too long to check
 */
export function syntaxErrorOf(file: string, text: string): TemplateError | null {
  if (text.length > longestTemplate.text) return null;
  const environment = createEnvironment({ loader: { load: () => ({ text, file }) } });
  const parsed = attempt(() => environment.parse(file));
  return parsed.ok ? null : parsed.error;
}
