import { findLiteralExtends } from '../jinja/index.js';
import { attempt } from './rendering/template-error.js';

/**
 * The template, without `.jinja2`, under whose name LAVA looks for the health check of a device: the template that the
 * dictionary extends (all releases). LAVA removes everything after the last dot of the name.
 * @param names file names of all `extends` of the dictionary; null: not a literal
 * @returns null unless the dictionary has exactly one `extends` with a literal name
 */
export function extendedTemplate(names: readonly (string | null)[]): string | null {
  const [first, ...others] = names;
  return first == null || others.length > 0 ? null : first.replace(/(?<!^|\/)\.[^./]*$/, '');
}

/** Like {@link extendedTemplate}, for a text. A dictionary that does not parse extends nothing; rendering it reports why. */
export function extendedTemplateOf(dictionary: string): string | null {
  const found = attempt(() => findLiteralExtends({ text: dictionary, file: 'dictionary' }));
  return found.ok ? extendedTemplate(found.value.map(({ template }) => template)) : null;
}
