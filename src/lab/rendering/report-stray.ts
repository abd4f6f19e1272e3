import { factsOf } from '../memory.js';
import { isReadable } from './readable.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import type { RenderWork } from './render-work.js';

/**
 * If more files than this are affected, it is a habit, such as notes without comment marks. It is then reported once.
 */
const mostSlips = 20;

/** Warns about text in a dictionary or template of the lab that has no effect because the file extends another one. */
export function reportStrayText({ tree, memory }: RenderWork, report: Report): void {
  const found: { readonly path: string; readonly text: string; readonly at: number }[] = [];
  for (const files of [tree.dictionaries, tree.templates]) {
    for (const { path, text } of files.values()) {
      if (text === null || !isReadable([path], report)) continue;
      const { stray } = factsOf(memory, path, text);
      if (stray !== null) found.push({ path, text, at: stray });
    }
  }
  const shown = found.length > mostSlips ? found.slice(0, 1) : found;
  const more = found.length - shown.length;
  for (const { path, text, at } of shown) {
    const message =
      'this text is outside of all blocks in a template that extends another, so it is not rendered';
    report.warn(
      'text-not-rendered',
      placeAt(path, text, at),
      more === 0 ? message : `${message}; ${more} more files have the same problem`,
      'Move it into a {% block %} of the extended template, or put it between {# and #}.',
    );
  }
}
