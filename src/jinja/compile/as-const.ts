import { Raised } from '../errors.js';
import { filters } from '../filters/index.js';
import { checkBudget } from '../limits.js';
import type {
  Arguments,
  Compare,
  Concat,
  CondExpr,
  DictNode,
  Expr,
  Filter,
  Logical,
  Test,
} from '../parser/nodes.js';
import type { Run } from '../runtime/context.js';
import { unpack } from '../runtime/loop.js';
import { tests } from '../tests.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { eachItem } from '../values/iterate.js';
import { getAttribute, getItem } from '../values/members.js';
import { str } from '../values/show.js';
import { PySlice } from '../values/slice.js';
import { isTrue } from '../values/truth.js';
import { PyTuple } from '../values/tuple.js';
import type { Value } from '../values/types.js';
import { BINARY, COMPARE, UNARY } from './operations.js';

/** Filters that need the context, which a constant does not have. */
const OF_CONTEXT: ReadonlySet<string> = new Set([
  'map',
  'select',
  'reject',
  'selectattr',
  'rejectattr',
  'random',
]);

function refuse(): never {
  throw new Raised('RuntimeError', 'a constant has no context');
}

const NO_RUN: Run = {
  globals: new Map(),
  template: refuse,
  select: refuse,
  modules: new Map(),
  random: undefined,
  missingFilters: new Map(),
  trace: null,
  printsUndefined: () => undefined,
};

/**
 * The value of a constant expression, or undefined if it is not constant (Jinja2's `as_const`). Most failures make it "not
 * constant", so that it fails where it is reached. A dict with an unhashable key raises here, as in Jinja2, unless it is
 * in an operation that catches the error.
 */
export function asConst(node: Expr): Value | undefined {
  switch (node.typename) {
    case 'Const':
      return node.value;
    case 'Name':
    case 'NSRef':
    case 'Call':
      return undefined;
    case 'Tuple': {
      const items = allConst(node.items);
      return items === undefined ? undefined : new PyTuple(items);
    }
    case 'List':
      return allConst(node.items);
    case 'Dict':
      return dictConst(node);
    case 'Binary':
      return attempt(() => both(node.left, node.right, BINARY[node.operator]));
    case 'Unary':
      return attempt(() => {
        const operand = asConst(node.operand);
        return operand === undefined ? undefined : UNARY[node.operator](operand);
      });
    case 'Logical':
      return logicalConst(node);
    case 'Concat':
      return concatConst(node);
    case 'Compare':
      return compareConst(node);
    case 'CondExpr':
      return conditionConst(node);
    case 'Getattr':
      return attempt(() => {
        const target = asConst(node.target);
        return target === undefined ? undefined : getAttribute(target, node.attr);
      });
    case 'Getitem':
      // A slice is looked up like an item: if the value has none, the result is undefined rather than an error.
      return attempt(() => both(node.target, node.arg, getItem));
    case 'Slice': {
      const parts = allConst([node.start, node.stop, node.step]);
      const [start, stop, step] = parts ?? [];
      if (start === undefined || stop === undefined || step === undefined) return undefined;
      return new PySlice(start, stop, step);
    }
    case 'Filter':
      return filterConst(node);
    case 'Test':
      return testConst(node);
  }
}

/** Exceptions here are not errors yet, nor is a constant that is too large; only an exhausted budget is. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    checkBudget();
    return undefined;
  }
}

function allConst(nodes: readonly (Expr | null)[]): Value[] | undefined {
  const values: Value[] = [];
  for (const node of nodes) {
    const value = node === null ? null : asConst(node);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function both(
  leftNode: Expr,
  rightNode: Expr,
  operation: (left: Value, right: Value) => Value,
): Value | undefined {
  const left = asConst(leftNode);
  if (left === undefined) return undefined;
  const right = asConst(rightNode);
  return right === undefined ? undefined : operation(left, right);
}

function dictConst(node: DictNode): Value | undefined {
  const dict = new PyDict();
  for (const pair of node.pairs) {
    const key = asConst(pair.key);
    if (key === undefined) return undefined;
    const value = asConst(pair.value);
    if (value === undefined) return undefined;
    try {
      dict.set(key, value);
    } catch (error) {
      throw placed(error, pair);
    }
  }
  return dict;
}

/** Notes the place of the error; the compiler knows the file. */
function placed(error: unknown, at: { readonly lineno: number; readonly colno: number }): unknown {
  if (error instanceof Raised) error.place ??= { file: '', line: at.lineno, column: at.colno };
  return error;
}

function logicalConst(node: Logical): Value | undefined {
  const left = asConst(node.left);
  if (left === undefined) return undefined;
  return isTrue(left) === (node.operator === 'and') ? asConst(node.right) : left;
}

function concatConst(node: Concat): Value | undefined {
  let text = '';
  for (const item of node.items) {
    const value = asConst(item);
    if (value === undefined) return undefined;
    const shown = attempt(() => str(value));
    if (shown === undefined) return undefined;
    text += shown;
  }
  return text;
}

function compareConst(node: Compare): Value | undefined {
  const left = asConst(node.left);
  if (left === undefined) return undefined;
  return attempt(() => {
    let before = left;
    for (const operand of node.operands) {
      const after = asConst(operand.value);
      if (after === undefined) return undefined;
      if (!COMPARE[operand.operator](before, after)) return false;
      before = after;
    }
    return true;
  });
}

function conditionConst(node: CondExpr): Value | undefined {
  const test = asConst(node.test);
  if (test === undefined) return undefined;
  if (isTrue(test)) return asConst(node.then);
  return node.otherwise === null ? undefined : asConst(node.otherwise);
}

function filterConst(node: Filter): Value | undefined {
  const filter = filters.get(node.name);
  if (node.target === null || filter === undefined || OF_CONTEXT.has(node.name)) return undefined;
  return applied(node.target, node.args, (list, keywords) => filter(list, keywords, NO_RUN));
}

function testConst(node: Test): Value | undefined {
  const test = tests.get(node.name);
  return test === undefined ? undefined : applied(node.target, node.args, test);
}

function applied(
  targetNode: Expr,
  args: Arguments,
  apply: (list: Value[], keywords: Map<string, Value>) => Value,
): Value | undefined {
  const positional = allConst(args.positional);
  if (positional === undefined) return undefined;
  const keywords = new Map<string, Value>();
  for (const keyword of args.keywords) {
    const value = asConst(keyword.value);
    if (value === undefined) return undefined;
    keywords.set(keyword.key, value);
  }
  const isComplete = attempt(
    () => addRest(args.restPositional, positional) && addKeywords(args.restKeywords, keywords),
  );
  if (isComplete !== true) return undefined;
  const target = asConst(targetNode);
  return target === undefined ? undefined : attempt(() => apply([target, ...positional], keywords));
}

function addRest(node: Expr | null, list: Value[]): boolean {
  if (node === null) return true;
  const rest = asConst(node);
  if (rest === undefined) return false;
  for (const item of eachItem(rest)) list.push(item);
  return true;
}

/** As Python's `dict.update`: pairs are accepted, and later entries win. */
function addKeywords(node: Expr | null, keywords: Map<string, Value>): boolean {
  if (node === null) return true;
  const rest = asConst(node);
  if (rest === undefined) return false;
  if (rest instanceof PyDict) {
    for (const [key, value] of rest.entries()) if (!addKeyword(key, value, keywords)) return false;
    return true;
  }
  for (const pair of eachItem(rest)) {
    const [key = null, value = null] = unpack(pair, 2);
    if (!addKeyword(key, value, keywords)) return false;
  }
  return true;
}

function addKeyword(key: Value, value: Value, keywords: Map<string, Value>): boolean {
  const name = textOf(key);
  if (name === undefined) return false;
  keywords.set(name, value);
  return true;
}
