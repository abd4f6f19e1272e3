import { locate } from '../errors.js';
import { spend } from '../limits.js';
import type { DictNode, Expr } from '../parser/nodes.js';
import { PyDict } from '../values/dict.js';
import { PyTuple } from '../values/tuple.js';
import { compileCall } from './calls.js';
import { compileFilter, compileTest } from './filters.js';
import { compileConst, fold } from './fold.js';
import { compileGetattr, compileGetitem, compileSlice } from './members.js';
import { compileName } from './names.js';
import {
  compileBinary,
  compileCompare,
  compileConcat,
  compileCondition,
  compileLogical,
  compileUnary,
} from './operators.js';
import { foldedScope, placeOf, type Eval, type Scope, type Unit } from './scope.js';

/** This many items of a literal list or dict are covered by the step of the enclosing statement. */
const FREE_ITEMS = 8;

/** Turns an expression into a function. Raises TemplateAssertionError for unknown filters and tests. */
export function compileExpression(unit: Unit, node: Expr, scope: Scope): Eval {
  if (scope.isFolded || !isFolding(node)) return compileNode(unit, node, scope);
  return compileNode(unit, fold(unit, node), foldedScope(scope));
}

/** Jinja2 folds the constants in operations; the items of a plain list or dict are folded separately. */
function isFolding(node: Expr): boolean {
  switch (node.typename) {
    case 'Const':
    case 'Name':
    case 'NSRef':
    case 'Tuple':
    case 'List':
    case 'Dict':
    case 'Slice':
      return false;
    default:
      return true;
  }
}

function compileNode(unit: Unit, node: Expr, scope: Scope): Eval {
  switch (node.typename) {
    case 'Const':
      return compileConst(node.value, placeOf(unit, node));
    case 'Name':
      return compileName(node.name, scope);
    case 'Tuple': {
      const items = node.items.map((item) => unit.expression(item, scope));
      return (frame) => {
        if (items.length > FREE_ITEMS) spend(items.length >> 2);
        return new PyTuple(items.map((item) => item(frame)));
      };
    }
    case 'List': {
      const items = node.items.map((item) => unit.expression(item, scope));
      return (frame) => {
        if (items.length > FREE_ITEMS) spend(items.length >> 2);
        return items.map((item) => item(frame));
      };
    }
    case 'Dict':
      return compileDict(unit, node, scope);
    case 'Binary':
      return compileBinary(unit, node, scope);
    case 'Unary':
      return compileUnary(unit, node, scope);
    case 'Logical':
      return compileLogical(unit, node, scope);
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

function compileDict(unit: Unit, node: DictNode, scope: Scope): Eval {
  const pairs = node.pairs.map((pair) => ({
    key: unit.expression(pair.key, scope),
    value: unit.expression(pair.value, scope),
  }));
  const place = placeOf(unit, node);
  return (frame) => {
    if (pairs.length > FREE_ITEMS) spend(pairs.length);
    const dict = new PyDict();
    try {
      // Python evaluates everything before it checks that the keys are hashable.
      const entries = pairs.map(({ key, value }) => [key(frame), value(frame)] as const);
      for (const [key, value] of entries) dict.set(key, value);
    } catch (error) {
      throw locate(error, place);
    }
    return dict;
  };
}
