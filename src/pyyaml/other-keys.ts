import { compose } from './composer.js';
import { YamlFailure } from './failure.js';
import { corePrefix, type YamlNode } from './nodes.js';
import { mostCharacters } from './parse.js';

/** A key that is not a string in Python, such as `1`, `no` or `2026-01-01`. */
export interface OtherKey {
  /** As written. */
  readonly text: string;
  /** Index in the text. */
  readonly at: number;
}

/**
 * The keys of a YAML text that PyYAML does not read as strings, in order. `parseYaml` returns every key as a string, but
 * LAVA fails where it needs one. Empty if LAVA could not read the text.
 */
export function findOtherKeys(text: string): readonly OtherKey[] {
  const root = text.length > mostCharacters ? null : composeOrNull(text);
  const found: OtherKey[] = [];
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') for (const item of node.items) visit(item);
    if (node.kind !== 'mapping') return;
    for (const [key, value] of node.pairs) {
      if (key.kind === 'scalar' && !textTags.has(key.tag)) found.push({ text: key.text, at: key.at });
      visit(value);
    }
  };
  if (root !== null) visit(root);
  return found;
}

/** PyYAML reads "=" as a string if it is a key, and merges "<<". */
const textTags: ReadonlySet<string> = new Set(['str', 'value', 'merge'].map((name) => corePrefix + name));

function composeOrNull(text: string): YamlNode | null {
  try {
    return compose(text);
  } catch (error) {
    if (error instanceof YamlFailure) return null;
    throw error;
  }
}
