import { compose } from './composer.js';
import { YamlFailure } from './failure.js';
import type { YamlNode } from './nodes.js';
import { mostCharacters } from './parse.js';

/**
 * The line, counted from 1, of each key and each item of a YAML text by its path, such as `actions.boot.methods` or
 * `commands.0`. Values repeated by an alias have only the path of their anchor. Empty if LAVA could not read the text.
 */
export function findKeyLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const root = text.length > mostCharacters ? null : composeOrNull(text);
  if (root === null) return lines;
  const lineOf = lineFinder(text);
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, path: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const prefix = path === '' ? '' : `${path}.`;
    if (node.kind === 'mapping') {
      for (const [key, value] of node.pairs) {
        if (key.kind !== 'scalar') continue;
        lines.set(prefix + key.text, lineOf(key.at));
        visit(value, prefix + key.text);
      }
    } else if (node.kind === 'list') {
      node.items.forEach((item, index) => {
        if (seen.has(item)) return;
        lines.set(`${prefix}${index}`, lineOf(item.at));
        visit(item, `${prefix}${index}`);
      });
    }
  };
  visit(root, '');
  return lines;
}

function composeOrNull(text: string): YamlNode | null {
  try {
    return compose(text);
  } catch (error) {
    if (error instanceof YamlFailure) return null;
    throw error;
  }
}

/** Returns the line of an offset by binary search. */
function lineFinder(text: string): (at: number) => number {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
