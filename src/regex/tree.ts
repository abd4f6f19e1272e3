/** A pattern as a tree. parse.ts creates it, and compile.ts compiles it to a program. */
import type { CharSet } from './char-set.js';

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly at: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    };

export type Assertion =
  | 'text-start'
  | 'line-start'
  | 'text-end'
  | 'text-end-or-newline'
  | 'line-end'
  | 'word-edge'
  | 'no-word-edge'
  | 'ascii-word-edge'
  | 'no-ascii-word-edge';

/** Flags as in Python's `re`: `s` is DOTALL, `m` MULTILINE, `i` IGNORECASE, `a` ASCII; `x` (VERBOSE) is rejected. */
export interface RegexFlags {
  readonly dotAll: boolean;
  readonly multiLine: boolean;
  readonly ignoreCase: boolean;
  readonly ascii: boolean;
}

export interface ParsedRegex {
  readonly root: RegexNode;
  /** The number of groups, without the whole match (0). */
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
}
