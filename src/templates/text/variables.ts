import type { Tag } from './scan-tags.js';

/** A variable that a `{% set %}` gives a value; `at` is its index in the template's text. */
export interface SetVariable {
  readonly name: string;
  readonly at: number;
}

/**
 * What the tags of a template set and may read, by their words: a word that is an attribute, a filter or an argument's
 * name is taken for a variable too, so that nothing that is read is ever missed.
 */
export function readUses(tags: readonly Tag[]): {
  readonly sets: readonly SetVariable[];
  readonly reads: ReadonlySet<string>;
} {
  const sets: SetVariable[] = [];
  const reads = new Set<string>();
  for (const { kind, text, start } of tags) {
    const target = kind === 'statement' ? setTarget.exec(text) : null;
    const [, lead = '', names = ''] = target ?? [];
    for (const { 0: name, index } of names.matchAll(word))
      sets.push({ name, at: start + lead.length + index });
    const rest = target === null ? text : text.slice(lead.length + names.length);
    for (const [found] of rest.matchAll(wordOrText)) if (!/^['"]/.test(found)) reads.add(found);
  }
  return { sets, reads };
}

/** Of `set a = ...`, `set a, b = ...`, `set a %}`, `set a | upper %}`; not of `set namespace.a = ...`. */
const setTarget = /^([-+]?\s*set\s+)([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*(?=[=|]|[-+]?$)/;
const word = /[A-Za-z_]\w*/g;
const wordOrText = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/gs;
