import type { CharSet } from './char-set.js';
import type { Assertion } from './tree.js';

/** One instruction of the matcher. `next` and `other` are indexes into the program. */
export type Instruction =
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
