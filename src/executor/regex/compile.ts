import type { CharSet } from './char-set.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { Assertion, ParsedRegex, RegexNode } from './tree.js';

/** One instruction of the matching machine; `next` and `other` are indexes into the program. */
type Instruction =
  | { readonly op: 'set'; readonly set: CharSet; next: number }
  | { readonly op: 'assert'; readonly at: Assertion; next: number }
  /** Tries `next` before `other`. */
  | { readonly op: 'split'; next: number; other: number }
  | { readonly op: 'save'; readonly slot: number; next: number }
  | { readonly op: 'match' };

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly slotCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
  /** Text every match starts with: a search looks for it first. Empty when there is none. */
  readonly prefix: string;
  /** Text every match has in it: where it does not occur, nothing matches. Empty when there is none. */
  readonly required: string;
}

const maxInstructions = 20_000;

/** Turns a parsed pattern into a program whose running time is linear in the text. Throws RegexSyntaxError when too large. */
export function compileRegex(parsed: ParsedRegex): Program {
  const instructions: Instruction[] = [];
  emit({ op: 'save', slot: 0, next: 1 });
  emitNode(parsed.root);
  emit({ op: 'save', slot: 1, next: instructions.length + 1 });
  emit({ op: 'match' });
  return {
    instructions,
    slotCount: 2 * (parsed.groupCount + 1),
    groupNames: parsed.groupNames,
    prefix: literalPrefix(parsed.root),
    required: requiredText(parsed.root),
  };

  function emit(instruction: Instruction): number {
    if (instructions.length >= maxInstructions) {
      throw new RegexSyntaxError('the pattern is too large once its repeats are written out', 0);
    }
    instructions.push(instruction);
    return instructions.length - 1;
  }

  /** Emits code that falls through to the instruction after it. */
  function emitNode(node: RegexNode): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        emit({ op: 'set', set: node.set, next: instructions.length + 1 });
        return;
      case 'assert':
        emit({ op: 'assert', at: node.at, next: instructions.length + 1 });
        return;
      case 'sequence':
        for (const item of node.items) emitNode(item);
        return;
      case 'group':
        emit({ op: 'save', slot: 2 * node.index, next: instructions.length + 1 });
        emitNode(node.item);
        emit({ op: 'save', slot: 2 * node.index + 1, next: instructions.length + 1 });
        return;
      case 'either':
        emitEither(node.options);
        return;
      case 'repeat':
        for (let count = 0; count < node.min; count += 1) emitNode(node.item);
        if (node.max === Infinity) emitLoop(node.item, node.isLazy);
        else for (let count = node.min; count < node.max; count += 1) emitOptional(node.item, node.isLazy);
        return;
    }
  }

  function emitEither(options: readonly RegexNode[]): void {
    const ends: { next: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) {
        emitNode(option);
        return;
      }
      const split: Instruction = { op: 'split', next: 0, other: 0 };
      split.next = emit(split) + 1;
      emitNode(option);
      const jump: Instruction = { op: 'split', next: 0, other: 0 };
      emit(jump);
      ends.push(jump);
      split.other = instructions.length;
    });
    for (const end of ends) {
      end.next = instructions.length;
      Object.assign(end, { other: instructions.length });
    }
  }

  function emitLoop(item: RegexNode, isLazy: boolean): void {
    const split: Instruction = { op: 'split', next: 0, other: 0 };
    const start = emit(split);
    emitNode(item);
    emit({ op: 'split', next: start, other: start });
    const end = instructions.length;
    split.next = isLazy ? end : start + 1;
    split.other = isLazy ? start + 1 : end;
  }

  function emitOptional(item: RegexNode, isLazy: boolean): void {
    const split: Instruction = { op: 'split', next: 0, other: 0 };
    const start = emit(split);
    emitNode(item);
    const end = instructions.length;
    split.next = isLazy ? end : start + 1;
    split.other = isLazy ? start + 1 : end;
  }
}

function literalPrefix(node: RegexNode): string {
  const items = node.kind === 'sequence' ? node.items : [node];
  let prefix = '';
  for (const item of items) {
    const character = onlyCharacter(item);
    if (character === undefined) break;
    prefix += character;
  }
  return prefix;
}

/** The longest text that every match has in it. */
function requiredText(root: RegexNode): string {
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

/** The one character that a set has. */
function onlyCharacter(node: RegexNode): string | undefined {
  if (node.kind !== 'set' || node.set.negated || node.set.ranges.length !== 1) return undefined;
  const [range] = node.set.ranges;
  return range !== undefined && range[0] === range[1] ? String.fromCharCode(range[0]) : undefined;
}
