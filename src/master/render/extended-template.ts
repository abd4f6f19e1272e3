import { findLiteralExtends, TemplateError } from '../../jinja/index.js';

/**
 * The name, without `.jinja2`, of the template that a dictionary extends: LAVA looks health checks up by it. Null
 * unless there is exactly one literal `{% extends '...' %}` (LAVA's rule, all releases).
 */
export function extendedTemplate(dictionary: string): string | null {
  const [first, ...others] = extendsOf(dictionary);
  if (first?.template == null || others.length > 0) return null;
  return first.template.replace(/\.jinja2$/, '');
}

/** A dictionary that cannot be parsed extends nothing; rendering it says why. */
function extendsOf(dictionary: string) {
  try {
    return findLiteralExtends({ text: dictionary, file: 'dictionary' });
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}
