import { createEnvironment, TemplateError } from '../../jinja/index.js';
import { longestTemplate } from '../limits.js';

/** What came of reading or rendering a template. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TemplateError };

/** Runs `work`, and returns what a template does wrong as a value. Any other error passes through. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, error };
    throw error;
  }
}

/**
 * Why a template cannot be parsed; null when it can, or when it is too long to look at.
 * @param file what the error calls the template
 */
export function syntaxErrorOf(file: string, text: string): TemplateError | null {
  if (text.length > longestTemplate.text) return null;
  const environment = createEnvironment({ loader: { load: () => ({ text, file }) } });
  const parsed = attempt(() => environment.parse(file));
  return parsed.ok ? null : parsed.error;
}
