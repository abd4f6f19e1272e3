/**
 * How many instructions a pattern has, counted without writing them: `program-writer.ts` writes exactly as many. A pattern
 * of twelve characters can have millions.
 */
import type { RegexNode } from './tree.js';

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;

/** Sizes beyond this are all the same, and can be multiplied without losing digits. */
const immense = 1e12;

/** The size of what `ProgramWriter.write` writes for a node. */
export function sizeOf(node: RegexNode): number {
  return Math.min(sizeWith(node, sizeOfRepeat), immense);
}

/** The size of what can happen before the first character. */
function freshSizeOf(node: RegexNode): number {
  return Math.min(sizeWith(node, freshSizeOfRepeat), immense);
}

function sizeWith(node: RegexNode, sizeOfRepeat: (repeat: Repeat) => number): number {
  const sum = (nodes: readonly RegexNode[]): number =>
    nodes.reduce((total, item) => total + sizeWith(item, sizeOfRepeat), 0);
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'set':
    case 'assert':
      return 1;
    case 'sequence':
      return sum(node.items);
    case 'either':
      return sum(node.options) + 2 * (node.options.length - 1);
    case 'group':
      return sizeWith(node.item, sizeOfRepeat) + 2;
    case 'repeat':
      return sizeOfRepeat(node);
  }
}

function sizeOfRepeat({ item, min, max }: Repeat): number {
  const size = sizeOf(item);
  // An optional copy starts with a split. One that can match nothing has a second version, and two more splits.
  const more = canBeEmpty(item) ? freshSizeOf(item) + 2 : 0;
  if (max !== Infinity) return max * size + (max - min) * (1 + more);
  return Math.max(min, 1) * size + (min === 0 ? 1 : 0) + (more === 0 ? 1 : more);
}

function freshSizeOfRepeat(repeat: Repeat): number {
  const reachable = reachableCopies(repeat);
  return reachable * freshSizeOf(repeat.item) + Math.max(0, reachable - repeat.min);
}

/** How many copies of an item can begin before the first character: the required ones that match nothing, and one more. */
export function reachableCopies({ item, min, max }: Repeat): number {
  return canBeEmpty(item) ? Math.min(min + 1, copiesOf({ min, max })) : Math.min(1, copiesOf({ min, max }));
}

/** How often the item of a repeat is written. */
export function copiesOf({ min, max }: Pick<Repeat, 'min' | 'max'>): number {
  return max === Infinity ? Math.max(min, 1) : max;
}

/** Whether a node can match an empty text. */
export function canBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(canBeEmpty);
    case 'group':
      return canBeEmpty(node.item);
    case 'either':
      return node.options.some(canBeEmpty);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.item);
  }
}
