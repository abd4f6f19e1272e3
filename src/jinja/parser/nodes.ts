import nodes from 'nunjucks/src/nodes.js';
import type {
  At,
  Const,
  Name,
  NSRef,
  TupleNode,
  ListNode,
  DictNode,
  PairNode,
  Binary,
  Logical,
  Unary,
  Concat,
  Operand,
  Compare,
  CondExpr,
  Getattr,
  Getitem,
  SliceNode,
  Keyword,
  Arguments,
  Call,
  Filter,
  Test,
  Expr,
} from './expression-nodes.js';
import type {
  TemplateData,
  Output,
  Extends,
  For,
  If,
  Macro,
  CallBlock,
  FilterBlock,
  With,
  Block,
  Include,
  Import,
  FromImport,
  Assign,
  AssignBlock,
  Autoescape,
  Stmt,
  TemplateNode,
} from './statement-nodes.js';

export type * from './expression-nodes.js';
export type * from './statement-nodes.js';

export type AnyNode = Expr | Stmt | TemplateNode | TemplateData | PairNode | Operand | Keyword | Arguments;

type Fields<N> = Omit<N, keyof At | 'typename'>;

/** nunjucks classes for our kinds of nodes. */
const classes = new Map<string, typeof nodes.Node>();

/** Makes the constructor of a node kind on nunjucks' `Node`. */
function define<N extends AnyNode>(typename: N['typename'], fields: readonly (keyof Fields<N> & string)[]) {
  const nodeClass = nodes.Node.extend(typename, { fields });
  classes.set(typename, nodeClass);
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

/** The node with its children replaced; the same node if none changes. */
export function mapChildren<N extends AnyNode>(node: N, map: (child: AnyNode) => AnyNode): N {
  const changes = { count: 0 };
  const mapOne = (value: unknown): unknown => {
    if (!isNode(value)) return value;
    const mapped = map(value);
    if (mapped !== value) changes.count++;
    return mapped;
  };
  const named = node as unknown as Readonly<Record<string, unknown>>;
  const values = node.fields.map((field) => {
    const value = named[field];
    return Array.isArray(value) ? (value as readonly unknown[]).map(mapOne) : mapOne(value);
  });
  const nodeClass = classes.get(node.typename);
  if (changes.count === 0 || nodeClass === undefined) return node;
  return new nodeClass(node.lineno, node.colno, ...values) as unknown as N;
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
