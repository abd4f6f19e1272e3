/** Finds plain text in patterns. Searching for plain text is much faster than matching. */
import type { RegexNode } from './tree.js';

/** The text that every match starts with; empty if there is none. */
export function literalPrefix(node: RegexNode): string {
  const items = node.kind === 'sequence' ? node.items : [node];
  let prefix = '';
  for (const item of items) {
    const character = onlyCharacter(item);
    if (character === undefined) break;
    prefix += character;
  }
  return prefix;
}

/** The longest text that every match contains; empty if there is none. */
export function requiredText(root: RegexNode): string {
  let longest = '';
  let run = '';
  visit(root);
  endRun();
  return longest;

  function endRun(): void {
    if (run.length > longest.length) longest = run;
    run = '';
  }

  function visit(node: RegexNode): void {
    switch (node.kind) {
      case 'empty':
      case 'assert':
        return;
      case 'set': {
        const character = onlyCharacter(node);
        if (character === undefined) endRun();
        else run += character;
        return;
      }
      case 'sequence':
        node.items.forEach(visit);
        return;
      case 'group':
        visit(node.item);
        return;
      case 'either':
        endRun();
        return;
      case 'repeat':
        endRun();
        if (node.min > 0) visit(node.item);
        endRun();
        return;
    }
  }
}

/** The character of a set that contains exactly one. */
function onlyCharacter(node: RegexNode): string | undefined {
  if (node.kind !== 'set') return undefined;
  const { ranges, classes, negated, ignoreCase } = node.set;
  if (negated || ranges.length !== 1 || classes.length > 0 || ignoreCase !== 'no') return undefined;
  const [range] = ranges;
  return range !== undefined && range[0] === range[1] ? String.fromCharCode(range[0]) : undefined;
}
