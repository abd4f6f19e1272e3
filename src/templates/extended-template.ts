import { findLiteralExtends } from '../jinja/index.js';
import { attempt } from './rendering/template-error.js';

/**
 * The template, without `.jinja2`, under whose name LAVA looks for the health check of a device: the one that the
 * dictionary extends. Null unless the dictionary has exactly one `extends`, with a literal name (all releases). LAVA
 * cuts off whatever the name ends in after the last dot.
 * @param names file names of all `extends` of the dictionary; null: not a literal
 */
export function extendedTemplate(names: readonly (string | null)[]): string | null {
  const [first, ...others] = names;
  return first == null || others.length > 0 ? null : first.replace(/(?<!^|\/)\.[^./]*$/, '');
}

/** As {@link extendedTemplate}, of a text. A dictionary that does not parse extends nothing; rendering it reports why. */
export function extendedTemplateOf(dictionary: string): string | null {
  const found = attempt(() => findLiteralExtends({ text: dictionary, file: 'dictionary' }));
  return found.ok ? extendedTemplate(found.value.map(({ template }) => template)) : null;
}
