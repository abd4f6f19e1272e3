import { Parser, type CST } from 'yaml';

/** The deepest nesting of lists and mappings that a lab's YAML may have. */
export const mostLevels = 64;

type Part = CST.Document['value'];

/**
 * Finds the first list or mapping that is nested too deeply. Call it before a text becomes a document: that is recursive, and
 * when the stack is used up, it can end the whole process.
 * @returns where it begins; undefined if there is none
 */
export function findTooDeep(text: string): number | undefined {
  if (countOpeners(text) <= mostLevels) return undefined;
  let first: number | undefined;
  const rest: { readonly part: Part; readonly level: number }[] = [];
  // The parser itself uses a stack of its own.
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') rest.push({ part: token.value, level: 0 });
  }
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { part, level } = next;
    if (part === undefined || !('items' in part)) continue;
    if (level >= mostLevels) {
      first = Math.min(first ?? Infinity, part.offset);
      continue;
    }
    for (const item of part.items) {
      if ('key' in item && item.key) rest.push({ part: item.key, level: level + 1 });
      if (item.value) rest.push({ part: item.value, level: level + 1 });
    }
  }
  return first;
}

/** Each level needs one of these characters. */
function countOpeners(text: string): number {
  return text.match(/[[{\-?:]/g)?.length ?? 0;
}
