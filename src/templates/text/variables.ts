import type { Tag } from './scan-tags.js';

/** A variable that a `{% set %}` sets; `at` is the index of its name in the template's text. */
export interface SetVariable {
  readonly name: string;
  readonly at: number;
}

/**
 * The variables that the tags of a template set and may read. Attributes, filters and argument names count as variables
 * too, so that no variable is missed.
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
    for (const name of namesIn(rest)) reads.add(name);
  }
  return { sets, reads };
}

/** The words of an expression outside of its strings, in order. */
export function namesIn(expression: string): string[] {
  return [...expression.matchAll(wordOrText)].flatMap(([found]) => (/^['"]/.test(found) ? [] : [found]));
}

/** Matches `set a = ...`, `set a, b = ...`, `set a %}`, `set a | upper %}`; not `set namespace.a = ...`. */
const setTarget = /^([-+]?\s*set\s+)([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*(?=[=|]|[-+]?$)/;
const word = /[A-Za-z_]\w*/g;
const wordOrText = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/gs;
