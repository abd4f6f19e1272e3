import nodes from 'nunjucks/src/nodes.js';
import type { Value } from '../values/types.js';

/** Fields that every node has; lines and columns count from 1. */
interface At {
  readonly lineno: number;
  readonly colno: number;
  readonly fields: readonly string[];
}

// Expressions

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

// Statements

export interface TemplateData extends At {
  readonly typename: 'TemplateData';
  readonly text: string;
}
export interface Output extends At {
  readonly typename: 'Output';
  readonly parts: readonly (Expr | TemplateData)[];
}
export interface Extends extends At {
  readonly typename: 'Extends';
  readonly template: Expr;
}
export interface For extends At {
  readonly typename: 'For';
  readonly target: Expr;
  readonly iter: Expr;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
  readonly test: Expr | null;
  readonly recursive: boolean;
}
export interface If extends At {
  readonly typename: 'If';
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly elifs: readonly If[];
  readonly otherwise: readonly Stmt[];
}
export interface Macro extends At {
  readonly typename: 'Macro';
  readonly name: string;
  readonly args: readonly Name[];
  readonly defaults: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface CallBlock extends At {
  readonly typename: 'CallBlock';
  readonly call: Call;
  readonly args: readonly Name[];
  readonly defaults: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface FilterBlock extends At {
  readonly typename: 'FilterBlock';
  readonly filter: Filter;
  readonly body: readonly Stmt[];
}
export interface With extends At {
  readonly typename: 'With';
  readonly targets: readonly Expr[];
  readonly values: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface Block extends At {
  readonly typename: 'Block';
  readonly name: string;
  readonly body: readonly Stmt[];
  readonly scoped: boolean;
  readonly required: boolean;
}
export interface Include extends At {
  readonly typename: 'Include';
  readonly template: Expr;
  readonly withContext: boolean;
  readonly ignoreMissing: boolean;
}
export interface Import extends At {
  readonly typename: 'Import';
  readonly template: Expr;
  readonly target: string;
  readonly withContext: boolean;
}
export interface FromImport extends At {
  readonly typename: 'FromImport';
  readonly template: Expr;
  /** Pairs of exported name and local name. */
  readonly names: readonly (readonly [string, string])[];
  readonly withContext: boolean;
}
export interface Assign extends At {
  readonly typename: 'Assign';
  readonly target: Expr;
  readonly value: Expr;
}
export interface AssignBlock extends At {
  readonly typename: 'AssignBlock';
  readonly target: Expr;
  readonly filter: Filter | null;
  readonly body: readonly Stmt[];
}
/** `{% autoescape %}`: only its scope matters here, for escaping is off. */
export interface Autoescape extends At {
  readonly typename: 'Autoescape';
  readonly enabled: Expr;
  readonly body: readonly Stmt[];
}

export type Stmt =
  | Output
  | Extends
  | For
  | If
  | Macro
  | CallBlock
  | FilterBlock
  | With
  | Block
  | Include
  | Import
  | FromImport
  | Assign
  | AssignBlock
  | Autoescape;

export interface TemplateNode extends At {
  readonly typename: 'Template';
  readonly body: readonly Stmt[];
}

export type AnyNode = Expr | Stmt | TemplateNode | TemplateData | PairNode | Operand | Keyword | Arguments;

type Fields<N> = Omit<N, keyof At | 'typename'>;

/** Makes the constructor of a node kind on nunjucks' `Node`. */
function define<N extends AnyNode>(typename: N['typename'], fields: readonly (keyof Fields<N> & string)[]) {
  const nodeClass = nodes.Node.extend(typename, { fields });
  return (at: { readonly lineno: number; readonly colno: number }, values: Fields<N>): N => {
    const named = values as Readonly<Record<string, unknown>>;
    const node = new nodeClass(at.lineno, at.colno, ...fields.map((field) => named[field]));
    return node as unknown as N;
  };
}

export const make = {
  Const: define<Const>('Const', ['value']),
  Name: define<Name>('Name', ['name', 'use']),
  NSRef: define<NSRef>('NSRef', ['name', 'attr']),
  Tuple: define<TupleNode>('Tuple', ['items']),
  List: define<ListNode>('List', ['items']),
  Dict: define<DictNode>('Dict', ['pairs']),
  Pair: define<PairNode>('Pair', ['key', 'value']),
  Binary: define<Binary>('Binary', ['operator', 'left', 'right']),
  Logical: define<Logical>('Logical', ['operator', 'left', 'right']),
  Unary: define<Unary>('Unary', ['operator', 'operand']),
  Concat: define<Concat>('Concat', ['items']),
  Operand: define<Operand>('Operand', ['operator', 'value']),
  Compare: define<Compare>('Compare', ['left', 'operands']),
  CondExpr: define<CondExpr>('CondExpr', ['test', 'then', 'otherwise']),
  Getattr: define<Getattr>('Getattr', ['target', 'attr']),
  Getitem: define<Getitem>('Getitem', ['target', 'arg']),
  Slice: define<SliceNode>('Slice', ['start', 'stop', 'step']),
  Keyword: define<Keyword>('Keyword', ['key', 'value']),
  Arguments: define<Arguments>('Arguments', ['positional', 'keywords', 'restPositional', 'restKeywords']),
  Call: define<Call>('Call', ['callee', 'args']),
  Filter: define<Filter>('Filter', ['target', 'name', 'args']),
  Test: define<Test>('Test', ['target', 'name', 'args']),
  TemplateData: define<TemplateData>('TemplateData', ['text']),
  Output: define<Output>('Output', ['parts']),
  Extends: define<Extends>('Extends', ['template']),
  For: define<For>('For', ['target', 'iter', 'body', 'otherwise', 'test', 'recursive']),
  If: define<If>('If', ['test', 'body', 'elifs', 'otherwise']),
  Macro: define<Macro>('Macro', ['name', 'args', 'defaults', 'body']),
  CallBlock: define<CallBlock>('CallBlock', ['call', 'args', 'defaults', 'body']),
  FilterBlock: define<FilterBlock>('FilterBlock', ['body', 'filter']),
  With: define<With>('With', ['targets', 'values', 'body']),
  Block: define<Block>('Block', ['name', 'body', 'scoped', 'required']),
  Include: define<Include>('Include', ['template', 'withContext', 'ignoreMissing']),
  Import: define<Import>('Import', ['template', 'target', 'withContext']),
  FromImport: define<FromImport>('FromImport', ['template', 'names', 'withContext']),
  Assign: define<Assign>('Assign', ['target', 'value']),
  AssignBlock: define<AssignBlock>('AssignBlock', ['target', 'filter', 'body']),
  Autoescape: define<Autoescape>('Autoescape', ['enabled', 'body']),
  Template: define<TemplateNode>('Template', ['body']),
};

/** The nodes directly inside a node, in the order of its fields. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const field of node.fields) {
    const value = (node as unknown as Readonly<Record<string, unknown>>)[field];
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) if (isNode(item)) found.push(item);
    } else if (isNode(value)) {
      found.push(value);
    }
  }
  return found;
}

/** The node and all nodes inside it. */
export function* descendants(node: AnyNode): Generator<AnyNode> {
  for (const child of children(node)) {
    yield child;
    yield* descendants(child);
  }
}

function isNode(value: unknown): value is AnyNode {
  return value instanceof nodes.Node;
}
