import type { Value } from '../values/types.js';

/** Fields that every node has; lines and columns count from 1. */
export interface At {
  readonly lineno: number;
  readonly colno: number;
  readonly fields: readonly string[];
}

export interface Const extends At {
  readonly typename: 'Const';
  readonly value: Value;
}
export interface Name extends At {
  readonly typename: 'Name';
  readonly name: string;
  readonly use: 'load' | 'store' | 'param';
}
export interface NSRef extends At {
  readonly typename: 'NSRef';
  readonly name: string;
  readonly attr: string;
}
export interface TupleNode extends At {
  readonly typename: 'Tuple';
  readonly items: readonly Expr[];
}
export interface ListNode extends At {
  readonly typename: 'List';
  readonly items: readonly Expr[];
}
export interface DictNode extends At {
  readonly typename: 'Dict';
  readonly pairs: readonly PairNode[];
}
export interface PairNode extends At {
  readonly typename: 'Pair';
  readonly key: Expr;
  readonly value: Expr;
}
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export interface Binary extends At {
  readonly typename: 'Binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface Logical extends At {
  readonly typename: 'Logical';
  readonly operator: 'and' | 'or';
  readonly left: Expr;
  readonly right: Expr;
}
export interface Unary extends At {
  readonly typename: 'Unary';
  readonly operator: 'not' | '+' | '-';
  readonly operand: Expr;
}
export interface Concat extends At {
  readonly typename: 'Concat';
  readonly items: readonly Expr[];
}
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export interface Operand extends At {
  readonly typename: 'Operand';
  readonly operator: CompareOperator;
  readonly value: Expr;
}
export interface Compare extends At {
  readonly typename: 'Compare';
  readonly left: Expr;
  readonly operands: readonly Operand[];
}
export interface CondExpr extends At {
  readonly typename: 'CondExpr';
  readonly test: Expr;
  readonly then: Expr;
  readonly otherwise: Expr | null;
}
export interface Getattr extends At {
  readonly typename: 'Getattr';
  readonly target: Expr;
  readonly attr: string;
}
export interface Getitem extends At {
  readonly typename: 'Getitem';
  readonly target: Expr;
  readonly arg: Expr;
}
export interface SliceNode extends At {
  readonly typename: 'Slice';
  readonly start: Expr | null;
  readonly stop: Expr | null;
  readonly step: Expr | null;
}
export interface Keyword extends At {
  readonly typename: 'Keyword';
  readonly key: string;
  readonly value: Expr;
}
/** The arguments of a call, a filter or a test. */
export interface Arguments extends At {
  readonly typename: 'Arguments';
  readonly positional: readonly Expr[];
  readonly keywords: readonly Keyword[];
  readonly restPositional: Expr | null;
  readonly restKeywords: Expr | null;
}
export interface Call extends At {
  readonly typename: 'Call';
  readonly callee: Expr;
  readonly args: Arguments;
}
export interface Filter extends At {
  readonly typename: 'Filter';
  /** Null for the filter of a filter block or a set block: the block's text. */
  readonly target: Expr | null;
  readonly name: string;
  readonly args: Arguments;
}
export interface Test extends At {
  readonly typename: 'Test';
  readonly target: Expr;
  readonly name: string;
  readonly args: Arguments;
}

export type Expr =
  | Const
  | Name
  | NSRef
  | TupleNode
  | ListNode
  | DictNode
  | Binary
  | Logical
  | Unary
  | Concat
  | Compare
  | CondExpr
  | Getattr
  | Getitem
  | SliceNode
  | Call
  | Filter
  | Test;
