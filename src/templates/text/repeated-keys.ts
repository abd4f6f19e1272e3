import { endOfString, type Tag } from './scan-tags.js';

/** A string that is a key of a mapping a second time. Jinja2 keeps only the last value, as Python does. */
export interface RepeatedKey {
  readonly at: number;
  readonly key: string;
}

/** All keys in the tags of a template that a mapping has already. */
export function findRepeatedKeys(tags: readonly Tag[]): readonly RepeatedKey[] {
  return tags.flatMap(({ text, start }) => (/[{,]\s*["']/.test(text) ? repeatedIn(text, start) : []));
}

function repeatedIn(text: string, start: number): RepeatedKey[] {
  const found: RepeatedKey[] = [];
  /** The keys so far for each open brace; null for other brackets. */
  const open: (Set<string> | null)[] = [];
  const interesting = /["'([{)\]},]/g;
  let isKeyNext = false;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const [mark] = match;
    if ('([{'.includes(mark)) open.push(mark === '{' ? new Set() : null);
    else if (')]}'.includes(mark)) open.pop();
    if (!/["']/.test(mark)) {
      isKeyNext = mark === '{' || mark === ',';
      continue;
    }
    const end = endOfString(text, match.index);
    if (end < 0) break;
    const keys = open.at(-1);
    const key = text.slice(match.index + 1, end - 1);
    interesting.lastIndex = end;
    const isKey = isKeyNext && keys !== undefined && keys !== null && /^\s*:/.test(text.slice(end, end + 20));
    isKeyNext = false;
    if (!isKey) continue;
    if (keys.has(key)) found.push({ at: start + match.index, key });
    keys.add(key);
  }
  return found;
}
