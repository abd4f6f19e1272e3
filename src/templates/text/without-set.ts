import { scanTags } from './scan-tags.js';
import { readUses } from './variables.js';

/**
 * The template without every `{% set %}` of a variable, on the same lines: what it renders to shows what the variable
 * affects. A `set` with a body stays.
 */
export function withoutSet(template: string, name: string): string {
  let text = template;
  for (const tag of scanTags(template)) {
    if (tag.kind !== 'statement' || !tag.text.includes('=')) continue;
    if (!readUses([tag]).sets.some((one) => one.name === name)) continue;
    const end = tag.start + tag.text.length;
    // A comment of the same length removes the line end after it, as the tag does.
    const comment = `{#${tag.text.replaceAll(/[^\n]/g, ' ')}#}`;
    text = text.slice(0, tag.start - 2) + comment + text.slice(end + 2);
  }
  return text;
}
