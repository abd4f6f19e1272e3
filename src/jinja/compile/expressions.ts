import { leave, locate, Raised, type Position } from '../errors.js';
import { filters } from '../filters/index.js';
import { spend, reserveText } from '../limits.js';
import { findMethod } from '../methods/index.js';
import type {
  Arguments,
  Call,
  Compare,
  CompareOperator,
  Concat,
  CondExpr,
  DictNode,
  Expr,
  Filter,
  Getattr,
  Getitem,
  SliceNode,
  Test,
} from '../parser/nodes.js';
import { callValue } from '../runtime/call.js';
import type { Frame } from '../runtime/context.js';
import { tests } from '../tests.js';
import { contains } from '../values/contains.js';
import {
  add,
  divide,
  floorDivide,
  modulo,
  multiply,
  negate,
  positive,
  power,
  subtract,
} from '../values/arithmetic.js';
import { equals, order } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { getAttribute, getItem } from '../values/members.js';
import { str } from '../values/show.js';
import { PySlice, slice } from '../values/slice.js';
import { isTrue } from '../values/truth.js';
import { PyTuple } from '../values/tuple.js';
import type { Value } from '../values/types.js';
import { Undefined, undefinedName } from '../values/undefined.js';
import { folds, isFoldable } from './constant.js';
import { compileArguments, type CompiledArguments } from './arguments.js';
import { placeOf, reader, softScope, type Eval, type Scope, type Unit } from './scope.js';

/** Turns an expression into a function. Raises TemplateAssertionError for unknown filters and tests. */
export function compileExpression(unit: Unit, node: Expr, scope: Scope, isPrinted = false): Eval {
  if (!unit.isFolding && isFoldable(node)) {
    const lenient = compileNode({ ...unit, isFolding: true }, node, scope);
    if (folds(lenient, isPrinted)) return lenient;
  }
  return compileNode(unit, node, scope);
}

function compileNode(unit: Unit, node: Expr, scope: Scope): Eval {
  switch (node.typename) {
    case 'Const': {
      const { value } = node;
      return () => value;
    }
    case 'Name':
      return compileName(node.name, scope);
    case 'Tuple': {
      const items = node.items.map((item) => compileExpression(unit, item, scope));
      return (frame) => new PyTuple(items.map((item) => item(frame)));
    }
    case 'List': {
      const items = node.items.map((item) => compileExpression(unit, item, scope));
      return (frame) => items.map((item) => item(frame));
    }
    case 'Dict':
      return compileDict(unit, node, scope);
    case 'Binary':
      return compileOperation(unit, node, BINARY[node.operator], [node.left, node.right], scope);
    case 'Unary':
      return compileUnary(unit, node.operator, node, scope);
    case 'Logical':
      return compileLogical(unit, node.operator, node.left, node.right, scope);
    case 'Concat':
      return compileConcat(unit, node, scope);
    case 'Compare':
      return compileCompare(unit, node, scope);
    case 'CondExpr':
      return compileCondition(unit, node, scope);
    case 'Getattr':
      return compileGetattr(unit, node, scope);
    case 'Getitem':
      return compileGetitem(unit, node, scope);
    case 'Slice':
      return compileSlice(unit, node, scope);
    case 'Call':
      return compileCall(unit, node, scope, null);
    case 'Filter':
      return compileFilter(unit, node, scope, null);
    case 'Test':
      return compileTest(unit, node, scope);
    case 'NSRef':
      throw new Error('a namespace reference is only assigned to');
  }
}

const BINARY = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '//': floorDivide,
  '%': modulo,
  '**': power,
} as const;

/** The variable as it is: undefined when nobody set it. */
export function compileRawName(name: string, scope: Scope): (frame: Frame) => Value | undefined {
  const ref = scope.symbols.find(name);
  if (ref === undefined) return (frame) => frame.context.resolve(name);
  return reader(scope, ref);
}

function compileName(name: string, scope: Scope): Eval {
  const read = compileRawName(name, scope);
  const absent = undefinedName(name);
  return (frame) => {
    const value = read(frame);
    return value === undefined ? absent : value;
  };
}

function compileDict(unit: Unit, node: DictNode, scope: Scope): Eval {
  const pairs = node.pairs.map((pair) => ({
    key: compileExpression(unit, pair.key, scope),
    value: compileExpression(unit, pair.value, scope),
  }));
  const place = placeOf(unit, node);
  return (frame) => {
    const dict = new PyDict();
    try {
      // Python evaluates everything before it asks whether the keys can be hashed.
      const entries = pairs.map(({ key, value }) => [key(frame), value(frame)] as const);
      for (const [key, value] of entries) dict.set(key, value);
    } catch (error) {
      throw locate(error, place);
    }
    return dict;
  };
}

function compileOperation(
  unit: Unit,
  node: Expr,
  operation: (a: Value, b: Value) => Value,
  [leftNode, rightNode]: readonly [Expr, Expr],
  scope: Scope,
): Eval {
  const left = compileExpression(unit, leftNode, scope);
  const right = compileExpression(unit, rightNode, scope);
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      return operation(left(frame), right(frame));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function compileUnary(
  unit: Unit,
  operator: 'not' | '+' | '-',
  node: Expr & { readonly operand: Expr },
  scope: Scope,
): Eval {
  const operand = compileExpression(unit, node.operand, scope);
  if (operator === 'not') return (frame) => !isTrue(operand(frame));
  const operation = operator === '-' ? negate : positive;
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      return operation(operand(frame));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function compileLogical(
  unit: Unit,
  operator: 'and' | 'or',
  leftNode: Expr,
  rightNode: Expr,
  scope: Scope,
): Eval {
  const left = compileExpression(unit, leftNode, scope);
  const right = compileExpression(unit, rightNode, scope);
  if (operator === 'and') {
    return (frame) => {
      const value = left(frame);
      return isTrue(value) ? right(frame) : value;
    };
  }
  return (frame) => {
    const value = left(frame);
    return isTrue(value) ? value : right(frame);
  };
}

function compileConcat(unit: Unit, node: Concat, scope: Scope): Eval {
  const items = node.items.map((item) => compileExpression(unit, item, scope));
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      let text = '';
      for (const item of items.map((evaluate) => evaluate(frame))) {
        if (item instanceof Undefined) frame.context.run.printsUndefined(item, place);
        text += str(item);
      }
      reserveText(text.length);
      return text;
    } catch (error) {
      throw locate(error, place);
    }
  };
}

const COMPARE: Readonly<Record<CompareOperator, (a: Value, b: Value) => boolean>> = {
  '==': equals,
  '!=': (a, b) => !equals(a, b),
  '<': (a, b) => order(a, b, '<') < 0,
  '<=': (a, b) => order(a, b, '<=') <= 0,
  '>': (a, b) => order(a, b, '>') > 0,
  '>=': (a, b) => order(a, b, '>=') >= 0,
  in: (a, b) => contains(b, a),
  'not in': (a, b) => !contains(b, a),
};

/** `a < b < c`: each operand is evaluated once, and no further than the first comparison that fails. */
function compileCompare(unit: Unit, node: Compare, scope: Scope): Eval {
  const left = compileExpression(unit, node.left, scope);
  const steps = node.operands.map((operand) => ({
    compare: COMPARE[operand.operator],
    value: compileExpression(unit, operand.value, scope),
    place: placeOf(unit, operand),
  }));
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) {
    const { compare, value, place } = only;
    return (frame) => {
      try {
        return compare(left(frame), value(frame));
      } catch (error) {
        throw locate(error, place);
      }
    };
  }
  return (frame) => {
    let before = left(frame);
    for (const { compare, value, place } of steps) {
      const after = value(frame);
      try {
        if (!compare(before, after)) return false;
      } catch (error) {
        throw locate(error, place);
      }
      before = after;
    }
    return true;
  };
}

function compileCondition(unit: Unit, node: CondExpr, outer: Scope): Eval {
  const scope = softScope(outer);
  const test = compileExpression(unit, node.test, scope);
  const then = compileExpression(unit, node.then, scope);
  if (node.otherwise !== null) {
    const otherwise = compileExpression(unit, node.otherwise, scope);
    return (frame) => (isTrue(test(frame)) ? then(frame) : otherwise(frame));
  }
  const message = () =>
    `the inline if-expression on line ${node.lineno} in '${unit.name}' evaluated to false and no else section was defined.`;
  return (frame) => (isTrue(test(frame)) ? then(frame) : new Undefined(message));
}

function compileGetattr(unit: Unit, node: Getattr, scope: Scope): Eval {
  const target = compileExpression(unit, node.target, scope);
  const { attr } = node;
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      return getAttribute(target(frame), attr);
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function compileGetitem(unit: Unit, node: Getitem, scope: Scope): Eval {
  const target = compileExpression(unit, node.target, scope);
  const key = compileExpression(unit, node.arg, scope);
  const place = placeOf(unit, node);
  if (node.arg.typename === 'Slice' && !unit.isFolding) {
    return (frame) => {
      try {
        return slice(target(frame), key(frame) as PySlice);
      } catch (error) {
        throw locate(error, place);
      }
    };
  }
  return (frame) => {
    try {
      return getItem(target(frame), key(frame));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function compileSlice(unit: Unit, node: SliceNode, scope: Scope): Eval {
  const [start, stop, step] = [node.start, node.stop, node.step].map((part) =>
    part === null ? () => null : compileExpression(unit, part, scope),
  );
  if (start === undefined || stop === undefined || step === undefined)
    throw new Error('a slice has three parts');
  return (frame) => new PySlice(start(frame), stop(frame), step(frame));
}

/** A call; `caller` is what a call block adds to its arguments. */
export function compileCall(
  unit: Unit,
  node: Call,
  scope: Scope,
  caller: ((frame: Frame) => Value) | null,
): Eval {
  const args = compileArguments(unit, node.args, scope, compileExpression);
  const place = placeOf(unit, node);
  if (caller !== null && node.args.keywords.some((keyword) => keyword.key === 'caller')) {
    const error = new Raised('SyntaxError', 'keyword argument repeated: caller', 'syntax');
    error.place = place;
    throw error;
  }
  const keywordsOf = caller === null ? args.keywords : withCaller(args.keywords, caller);
  const { callee } = node;
  if (callee.typename === 'Getattr') {
    const target = compileExpression(unit, callee.target, scope);
    return compileMethodCall(
      unit,
      callee,
      target,
      { positional: args.positional, keywords: keywordsOf },
      place,
    );
  }
  const target = compileExpression(unit, callee, scope);
  return (frame) => {
    try {
      const called = target(frame);
      const list: Value[] = [];
      args.positional(frame, list);
      return callValue(called, list, keywordsOf(frame));
    } catch (error) {
      throw leave(error, place);
    }
  };
}

/** `target.name(...)`: a built-in method is called without being taken from its object first. */
function compileMethodCall(
  unit: Unit,
  callee: Getattr,
  target: Eval,
  args: CompiledArguments,
  place: Position,
): Eval {
  const { attr } = callee;
  const attributePlace = placeOf(unit, callee);
  return (frame) => {
    try {
      const object = target(frame);
      const method = findMethod(object, attr);
      const called = method === undefined ? takeAttribute(object, attr, attributePlace) : null;
      const list: Value[] = [];
      args.positional(frame, list);
      const keywords = args.keywords(frame);
      if (method === undefined) return callValue(called, list, keywords);
      spend();
      return method(object, list, keywords);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function takeAttribute(object: Value, name: string, place: Position): Value {
  try {
    return getAttribute(object, name);
  } catch (error) {
    throw locate(error, place);
  }
}

function withCaller(keywords: CompiledArguments['keywords'], caller: Eval): CompiledArguments['keywords'] {
  return (frame) => new Map([...keywords(frame), ['caller', caller(frame)]]);
}

/** A filter; `text` is what a filter or set block feeds to the filter that has no target. */
export function compileFilter(unit: Unit, node: Filter, scope: Scope, text: Eval | null): Eval {
  const place = placeOf(unit, node);
  const target = node.target === null ? text : compileFilterTarget(unit, node.target, scope, text);
  if (target === null) throw new Error('only the filter of a block has no target');
  const args = compileArguments(unit, node.args, scope, compileExpression);
  if (node.name === 'default' && node.target?.typename === 'Name' && isOneArgument(node.args)) {
    return compileDefault(unit, node.target.name, node.args.positional, scope);
  }
  const filter = filters.get(node.name);
  if (filter === undefined) return unknown(`No filter named '${node.name}'`, scope, place);
  return (frame) => {
    try {
      spend();
      const list: Value[] = [target(frame)];
      args.positional(frame, list);
      return filter(list, args.keywords(frame), frame.context.run);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function isOneArgument(args: Arguments): boolean {
  return (
    args.positional.length === 1 &&
    args.keywords.length === 0 &&
    args.restPositional === null &&
    args.restKeywords === null
  );
}

/** `name | default(value)`, which is most of what LAVA's templates do, without making an undefined value first. */
function compileDefault(unit: Unit, name: string, [argument]: readonly Expr[], scope: Scope): Eval {
  if (argument === undefined) throw new Error('the argument was counted');
  const read = compileRawName(name, scope);
  const fallback = compileExpression(unit, argument, scope);
  return (frame) => {
    spend();
    const otherwise = fallback(frame);
    const value = read(frame);
    return value === undefined || value instanceof Undefined ? otherwise : value;
  };
}

/** In `{% filter a|b %}` the block's text goes through `a` first. */
function compileFilterTarget(unit: Unit, target: Expr, scope: Scope, text: Eval | null): Eval {
  if (text !== null && target.typename === 'Filter') return compileFilter(unit, target, scope, text);
  return compileExpression(unit, target, scope);
}

function unknown(message: string, scope: Scope, place: Position): Eval {
  if (!scope.isSoft) {
    const error = new Raised('TemplateAssertionError', `${message}.`);
    error.place = place;
    throw error;
  }
  return () => {
    const error = new Raised('TemplateRuntimeError', `${message} found.`);
    error.place = place;
    throw error;
  };
}

function compileTest(unit: Unit, node: Test, scope: Scope): Eval {
  const place = placeOf(unit, node);
  if (node.target.typename === 'Name' && (node.name === 'defined' || node.name === 'undefined')) {
    const read = compileRawName(node.target.name, scope);
    const wanted = node.name === 'defined';
    if (
      node.args.positional.length === 0 &&
      node.args.keywords.length === 0 &&
      node.args.restPositional === null
    ) {
      return (frame) => isDefined(read(frame)) === wanted;
    }
  }
  const target = compileExpression(unit, node.target, scope);
  const args = compileArguments(unit, node.args, scope, compileExpression);
  const test = tests.get(node.name);
  if (test === undefined) return unknown(`No test named '${node.name}'`, scope, place);
  return (frame) => {
    try {
      spend();
      const list: Value[] = [target(frame)];
      args.positional(frame, list);
      return test(list, args.keywords(frame));
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function isDefined(value: Value | undefined): boolean {
  return value !== undefined && !(value instanceof Undefined);
}
