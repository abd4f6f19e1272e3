import type { Random } from './random.js';
import { oddKeys, oddValues, Pairs, Raw } from './yaml-text.js';

/** What a mutation may put into a value. */
export interface Vocabulary {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

/** A copy of a value with one to three changes: of keys, types or nesting. */
export function mutate(value: unknown, random: Random, vocabulary: Vocabulary): unknown {
  let changed = value;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const size = countParts(changed);
    changed = change(changed, random.below(size), random, vocabulary);
  }
  return changed;
}

function pairsOf(value: unknown): Pairs['pairs'] | null {
  if (value instanceof Pairs) return value.pairs;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Raw) return null;
  return Object.entries(value);
}

function countParts(value: unknown): number {
  const parts: readonly unknown[] = Array.isArray(value) ? value : (pairsOf(value) ?? []).map(([, part]) => part);
  return parts.reduce<number>((sum, part) => sum + countParts(part), 1);
}

/** Changes the nth part of a value, counted from the outside. */
function change(value: unknown, at: number, random: Random, vocabulary: Vocabulary): unknown {
  let left = at;
  const visit = (part: unknown): unknown => {
    left -= 1;
    if (left === -1) return changePart(part, random, vocabulary);
    if (left < 0) return part;
    if (Array.isArray(part)) return part.map(visit);
    const pairs = pairsOf(part);
    return pairs === null ? part : new Pairs(pairs.map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value);
}

function changePart(part: unknown, random: Random, vocabulary: Vocabulary): unknown {
  const pairs = pairsOf(part);
  if (pairs !== null && !random.isOneIn(4)) return changePairs(pairs, random, vocabulary);
  if (Array.isArray(part) && part.length > 0 && random.isOneIn(2)) return changeItems(part, random, vocabulary);
  switch (random.below(7)) {
    case 0:
      return [part];
    case 1:
      return { [random.pick(vocabulary.keys)]: part };
    case 2:
      return unwrapped(part, random);
    default:
      return anyValue(random, vocabulary);
  }
}

function unwrapped(part: unknown, random: Random): unknown {
  const parts: readonly unknown[] = Array.isArray(part) ? part : (pairsOf(part) ?? []).map(([, inner]) => inner);
  return parts.length === 0 ? random.pick(oddValues) : random.pick(parts);
}

function changePairs(pairs: Pairs['pairs'], random: Random, vocabulary: Vocabulary): Pairs {
  const at = random.below(pairs.length + 1);
  const chosen = pairs[at];
  const others = pairs.filter((_, index) => index !== at);
  if (chosen === undefined) return new Pairs([...pairs, [anyKey(random, vocabulary), anyValue(random, vocabulary)]]);
  const [key, value] = chosen;
  switch (random.below(6)) {
    case 0:
      return new Pairs(others);
    case 1:
      return new Pairs([...others, [misspelled(key, random), value]]);
    case 2:
      return new Pairs([...others, [anyKey(random, vocabulary), value]]);
    case 3:
      return new Pairs([...pairs, [key, anyValue(random, vocabulary)]]);
    case 4:
      return new Pairs([...pairs, [anyKey(random, vocabulary), anyValue(random, vocabulary)]]);
    default:
      return new Pairs([...others, [key, anyValue(random, vocabulary)]]);
  }
}

function changeItems(items: readonly unknown[], random: Random, vocabulary: Vocabulary): unknown[] {
  const at = random.below(items.length);
  switch (random.below(3)) {
    case 0:
      return items.filter((_, index) => index !== at);
    case 1:
      return [...items, items[at]];
    default:
      return [...items, anyValue(random, vocabulary)];
  }
}

function misspelled(key: string | Raw, random: Random): string | Raw {
  if (key instanceof Raw || key.length < 2) return 'x';
  const at = random.below(key.length);
  return random.isOneIn(2) ? key.slice(0, at) + key.slice(at + 1) : key.toUpperCase();
}

function anyKey(random: Random, vocabulary: Vocabulary): string | Raw {
  return random.isOneIn(3) ? random.pick(oddKeys) : random.pick(vocabulary.keys);
}

function anyValue(random: Random, vocabulary: Vocabulary): unknown {
  return random.pick(random.isOneIn(2) ? vocabulary.values : oddValues);
}
