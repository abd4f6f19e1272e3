/**
 * Translates a pattern to instructions (`size.ts` counts them).
 *
 * A loop whose item can match nothing needs two versions of the item, because all threads share one position: an iteration
 * that has matched some text may be followed by another one, and one that has matched nothing may not (as in Python, the
 * pattern then continues after the loop, with the groups of that iteration). So an iteration starts in the `fresh` version,
 * which contains only what can happen before the first character. Its sets continue in the version for iterations that have
 * matched something.
 */
import type { Instruction } from './program.js';
import { canBeEmpty, copiesOf, reachableCopies } from './size.js';
import type { RegexNode } from './tree.js';

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;
type Split = Extract<Instruction, { op: 'split' }>;

/** Where each set of an item continues, in the order of the sets; `at` is the next one. */
interface Continuations {
  readonly all: readonly number[];
  at: number;
}

export class ProgramWriter {
  readonly instructions: Instruction[] = [];

  /** The index of the next instruction. */
  get end(): number {
    return this.instructions.length;
  }

  add(instruction: Instruction): void {
    this.instructions.push(instruction);
  }

  /** Writes instructions that continue with the one after them. @returns where the sets continue */
  write(node: RegexNode): readonly number[] {
    const continuations: number[] = [];
    this.#write(node, (item) => {
      if (item.kind === 'set') {
        this.add({ op: 'set', set: item.set, next: this.end + 1 });
        continuations.push(this.end);
      } else if (item.kind === 'repeat') {
        continuations.push(...(canBeEmpty(item.item) ? this.#writeEmptyable(item) : this.#writeRepeat(item)));
      }
    });
    return continuations;
  }

  /** Writes what can happen before the first character. Sets continue as in the version that was written before. */
  #writeFresh(node: RegexNode, continuations: Continuations): void {
    this.#write(node, (item) => {
      if (item.kind === 'set') {
        this.add({ op: 'set', set: item.set, next: continuations.all[continuations.at] ?? 0 });
        continuations.at += 1;
      } else if (item.kind === 'repeat') {
        this.#writeFreshRepeat(item, continuations);
      }
    });
  }

  #write(node: RegexNode, writeItem: (item: RegexNode) => void): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
      case 'repeat':
        writeItem(node);
        return;
      case 'assert':
        this.add({ op: 'assert', at: node.at, next: this.end + 1 });
        return;
      case 'sequence':
        for (const item of node.items) this.#write(item, writeItem);
        return;
      case 'group':
        this.add({ op: 'save', slot: 2 * node.index, next: this.end + 1 });
        this.#write(node.item, writeItem);
        this.add({ op: 'save', slot: 2 * node.index + 1, next: this.end + 1 });
        return;
      case 'either':
        this.#writeEither(node.options, writeItem);
        return;
    }
  }

  /** Each option except the last ends with a jump to the end of all options. */
  #writeEither(options: readonly RegexNode[], writeItem: (item: RegexNode) => void): void {
    const jumps: Split[] = [];
    for (const option of options.slice(0, -1)) {
      const split = this.#addSplit();
      split.next = this.end;
      this.#write(option, writeItem);
      jumps.push(this.#addSplit());
      split.other = this.end;
    }
    const last = options.at(-1);
    if (last !== undefined) this.#write(last, writeItem);
    for (const jump of jumps) point(jump, this.end, this.end);
  }

  /** A repeat of an item that always matches some text. */
  #writeRepeat({ item, min, max, isLazy }: Repeat): readonly number[] {
    const continuations: number[] = [];
    const isLoop = max === Infinity;
    for (let count = 0; count < min; count += 1) {
      if (isLoop && count === min - 1) break;
      continuations.push(...this.write(item));
    }
    const splits: { readonly split: Split; readonly item: number }[] = [];
    for (let count = min; count < (isLoop ? min + 1 : max); count += 1) {
      if (!isLoop || min === 0) splits.push({ split: this.#addSplit(), item: this.end });
      const start = this.end;
      continuations.push(...this.write(item));
      if (isLoop) choose(this.#addSplit(), start, this.end, isLazy);
    }
    for (const { split, item: start } of splits) choose(split, start, this.end, isLazy);
    return continuations;
  }

  /** A repeat of an item that can match nothing. */
  #writeEmptyable({ item, min, max, isLazy }: Repeat): readonly number[] {
    const continuations: number[] = [];
    const isLoop = max === Infinity;
    for (let count = 0; count < min; count += 1) {
      if (isLoop && count === min - 1) break;
      continuations.push(...this.write(item));
    }
    /** They continue after the repeat. */
    const exits: ((end: number) => void)[] = [];
    for (let count = min; count < (isLoop ? min + 1 : max); count += 1) {
      const isOptional = !isLoop || min === 0;
      const entry = isOptional ? this.#addSplit() : undefined;
      const all = this.write(item);
      continuations.push(...all);
      const again = this.#addSplit();
      const fresh = this.end;
      this.#writeFresh(item, { all, at: 0 });
      const exit = this.#addSplit();
      const next = this.end;
      if (!isLoop) point(again, next, next);
      exits.push((end) => {
        if (entry !== undefined) choose(entry, fresh, end, isLazy);
        if (isLoop) choose(again, fresh, end, isLazy);
        point(exit, end, end);
      });
    }
    for (const leave of exits) leave(this.end);
    return continuations;
  }

  #writeFreshRepeat(repeat: Repeat, continuations: Continuations): void {
    const { item, min, isLazy } = repeat;
    const reachable = reachableCopies(repeat);
    for (let count = 0; count < reachable; count += 1) {
      const split = count >= min ? this.#addSplit() : undefined;
      const start = this.end;
      this.#writeFresh(item, continuations);
      if (split !== undefined) choose(split, start, this.end, isLazy);
    }
    continuations.at += (copiesOf(repeat) - reachable) * countSets(item);
  }

  #addSplit(): Split {
    const split: Split = { op: 'split', next: 0, other: 0 };
    this.add(split);
    return split;
  }
}

function point(split: Split, next: number, other: number): void {
  split.next = next;
  split.other = other;
}

/** Prefers the item, or, if the repeat is lazy, what follows. */
function choose(split: Split, item: number, after: number, isLazy: boolean): void {
  if (isLazy) point(split, after, item);
  else point(split, item, after);
}

/** How many sets `write` writes for a node. */
function countSets(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return 0;
    case 'set':
      return 1;
    case 'sequence':
      return sum(node.items);
    case 'either':
      return sum(node.options);
    case 'group':
      return countSets(node.item);
    case 'repeat':
      return copiesOf(node) * countSets(node.item);
  }
}

function sum(nodes: readonly RegexNode[]): number {
  return nodes.reduce((total, node) => total + countSets(node), 0);
}
