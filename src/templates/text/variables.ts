import type { Tag } from './scan-tags.js';

/** A variable that a `{% set %}` sets; `at` is the index of its name in the template's text. */
export interface SetVariable {
  readonly name: string;
  readonly at: number;
  /** The only word that it is set to, if nothing in the template defines that: usually a text without its quotes. */
  readonly copies?: string;
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
  const defined = new Set<string>();
  for (const { kind, text, start } of tags) {
    const target = kind === 'statement' ? setTarget.exec(text) : null;
    const [, lead = '', names = ''] = target ?? [];
    const rest = target === null ? text : text.slice(lead.length + names.length);
    const [, copies] = /^\s*=\s*([A-Za-z_]\w*)\s*[-+]?$/.exec(rest) ?? [];
    for (const { 0: name, index } of names.matchAll(word))
      sets.push({ name, at: start + lead.length + index, ...(copies === undefined ? {} : { copies }) });
    if (kind === 'statement' && defining.test(text)) for (const name of namesIn(text)) defined.add(name);
    for (const name of namesIn(rest)) reads.add(name);
  }
  for (const { name } of sets) defined.add(name);
  const own = sets.map(({ copies, ...set }) =>
    copies === undefined || defined.has(copies) ? set : { ...set, copies },
  );
  return { sets: own, reads };
}

/** The words of an expression outside of its strings, in order. */
export function namesIn(expression: string): string[] {
  return [...expression.matchAll(wordOrText)].flatMap(([found]) => (/^['"]/.test(found) ? [] : [found]));
}

/** Tags that define names, besides `set`. */
const defining = /^[-+]?\s*(?:for|macro|import|from|with|call)\b/;

/** Matches `set a = ...`, `set a, b = ...`, `set a %}`, `set a | upper %}`; not `set namespace.a = ...`. */
const setTarget = /^([-+]?\s*set\s+)([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*(?=[=|]|[-+]?$)/;
const word = /[A-Za-z_]\w*/g;
const wordOrText = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/gs;
