import { contextVariables } from '../../templates/index.js';
import { factsOf } from '../memory.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import { isReadable } from './readable.js';
import type { RenderWork } from './render-work.js';

/** Names that Jinja2 or LAVA defines. */
const defined = new Set(
  `true false none True False None range dict lipsum cycler joiner namespace self loop caller varargs kwargs
  scheduled_device_name scheduled_device_type`.split(/\s+/),
);

/**
 * Warns about a variable of a dictionary that is set to a word that nothing defines: `{% set console_device = ttyS0 %}`. Most
 * templates have a default for it, so nothing else reports that the value is lost.
 */
export function reportUnquoted({ tree, memory }: RenderWork, report: Report): void {
  for (const { path, text } of tree.dictionaries.values()) {
    if (text === null || !isReadable([path], report)) continue;
    for (const { name, at, copies } of factsOf(memory, path, text).sets) {
      if (copies === undefined || defined.has(copies) || contextVariables.has(copies)) continue;
      if (report.isFull(path)) break;
      report.warn(
        'undefined-name',
        placeAt(path, text, at),
        `"${copies}" is not defined, so "${name}" is not set`,
        `Put it in quotes: '${copies}'.`,
      );
    }
  }
}
