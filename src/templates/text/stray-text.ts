import type { Tag } from './scan-tags.js';

/**
 * Finds text or output outside of all blocks in a template that extends another: Jinja2 ignores it silently.
 * @param tags the tags of the template, from `scanTags`
 * @returns the index of the first such text in `template`; null if there is none
 */
export function findStrayText(template: string, tags: readonly Tag[]): number | null {
  let extendsOther = false;
  let depth = 0;
  let at = 0;
  for (const { kind, text, start } of tags) {
    const isOutside = extendsOther && depth === 0;
    if (isOutside) {
      const stray = firstText(template, at, start - 2) ?? (kind === 'output' ? start - 2 : null);
      if (stray !== null) return stray;
    }
    at = start + text.length + 2;
    if (kind === 'output') continue;
    const [, word = ''] = /^[-+]?\s*([a-z]+)/.exec(text) ?? [];
    if (word === 'extends') extendsOther = true;
    else if (opening.has(word) && !(word === 'set' && text.includes('='))) depth++;
    else if (word.startsWith('end') && opening.has(word.slice(3))) depth--;
  }
  return extendsOther && depth === 0 ? firstText(template, at, template.length) : null;
}

/** Tags with a body that is used even if the text around it is not printed. */
const opening: ReadonlySet<string> = new Set(['block', 'macro', 'call', 'filter', 'set']);

/** The first character between two indexes that is neither blank nor part of a Jinja2 or YAML comment. */
function firstText(template: string, from: number, to: number): number | null {
  let at = from;
  while (at < to) {
    if (template.startsWith('{#', at)) {
      const end = template.indexOf('#}', at + 2);
      if (end < 0) return null;
      at = end + 2;
    } else if (template[at] === '#') {
      const end = template.indexOf('\n', at);
      if (end < 0) return null;
      at = end;
    } else if (/\s/.test(template[at] ?? '')) at++;
    else return at;
  }
  return null;
}
