import type { CharSet } from './char-set.js';
import { RegexSyntaxError } from './syntax-error.js';
import { literalPrefix, requiredText } from './plain-text.js';
import type { Assertion, ParsedRegex, RegexNode } from './tree.js';

/** One instruction of the matcher. `next` and `other` are indexes into the program. */
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
  /** The text that every match starts with. A search looks for it first. Empty if there is none. */
  readonly prefix: string;
  /** A text that every match contains: without it, nothing matches. Empty if there is none. */
  readonly required: string;
}

const maxInstructions = 20_000;

/**
 * Compiles a parsed pattern to a program that runs in time linear in the text.
 * @throws RegexSyntaxError when the program is too large
 */
export function compileRegex(parsed: ParsedRegex): Program {
  const writer = new ProgramWriter();
  writer.add({ op: 'save', slot: 0, next: 1 });
  writer.write(parsed.root);
  writer.add({ op: 'save', slot: 1, next: writer.end + 1 });
  writer.add({ op: 'match' });
  return {
    instructions: writer.instructions,
    slotCount: 2 * (parsed.groupCount + 1),
    groupNames: parsed.groupNames,
    prefix: literalPrefix(parsed.root),
    required: requiredText(parsed.root),
  };
}

type Split = Extract<Instruction, { op: 'split' }>;

class ProgramWriter {
  readonly instructions: Instruction[] = [];

  /** The index of the next instruction. */
  get end(): number {
    return this.instructions.length;
  }

  add(instruction: Instruction): void {
    if (this.end >= maxInstructions) {
      throw new RegexSyntaxError('the pattern is too large after its repeats are expanded', 0);
    }
    this.instructions.push(instruction);
  }

  /** Writes instructions that continue with the one after them. */
  write(node: RegexNode): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        this.add({ op: 'set', set: node.set, next: this.end + 1 });
        return;
      case 'assert':
        this.add({ op: 'assert', at: node.at, next: this.end + 1 });
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'group':
        this.add({ op: 'save', slot: 2 * node.index, next: this.end + 1 });
        this.write(node.item);
        this.add({ op: 'save', slot: 2 * node.index + 1, next: this.end + 1 });
        return;
      case 'either':
        this.#writeEither(node.options);
        return;
      case 'repeat':
        for (let count = 0; count < node.min; count += 1) this.write(node.item);
        if (node.max === Infinity) this.#writeOptional(node.item, node.isLazy, true);
        else
          for (let count = node.min; count < node.max; count += 1)
            this.#writeOptional(node.item, node.isLazy, false);
        return;
    }
  }

  /** Each option except the last ends with a jump to the end of all options. */
  #writeEither(options: readonly RegexNode[]): void {
    const jumps: Split[] = [];
    for (const option of options.slice(0, -1)) {
      const split = this.#addSplit();
      split.next = this.end;
      this.write(option);
      jumps.push(this.#addSplit());
      split.other = this.end;
    }
    const last = options.at(-1);
    if (last !== undefined) this.write(last);
    for (const jump of jumps) {
      jump.next = this.end;
      jump.other = this.end;
    }
  }

  /** The item or nothing. A loop returns to this choice after the item. */
  #writeOptional(item: RegexNode, isLazy: boolean, isLoop: boolean): void {
    const start = this.end;
    const split = this.#addSplit();
    this.write(item);
    if (isLoop) this.add({ op: 'split', next: start, other: start });
    split.next = isLazy ? this.end : start + 1;
    split.other = isLazy ? start + 1 : this.end;
  }

  #addSplit(): Split {
    const split: Split = { op: 'split', next: 0, other: 0 };
    this.add(split);
    return split;
  }
}
