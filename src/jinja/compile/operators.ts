import { locate } from '../errors.js';
import { reserveText } from '../limits.js';
import type { Binary, Compare, Concat, CondExpr, Logical, Unary } from '../parser/nodes.js';
import { negate, power } from '../values/arithmetic.js';
import { PyFloat } from '../values/float.js';
import { str } from '../values/show.js';
import { isTrue } from '../values/truth.js';
import type { Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { BINARY, COMPARE, UNARY, type Operation } from './operations.js';
import { placeOf, softScope, type Eval, type Scope, type Unit } from './scope.js';

/** `a + b` and the like. */
export function compileBinary(unit: Unit, node: Binary, scope: Scope): Eval {
  const operation = node.operator === '**' ? powerOf(node) : BINARY[node.operator];
  const left = unit.expression(node.left, scope);
  const right = unit.expression(node.right, scope);
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      return operation(left(frame), right(frame));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

/** Jinja2 writes a negative constant without brackets: `(-2)**n` becomes Python's `-2**n`, which is `-(2**n)`. */
function powerOf({ left: base, right: exponent }: Binary): Operation {
  const isBare = base.typename === 'Const' && isNegative(base.value) && exponent.typename !== 'Const';
  return isBare ? (left, right) => negate(power(negate(left), right)) : power;
}

function isNegative(value: Value): boolean {
  if (value instanceof PyFloat) return value.value < 0 || Object.is(value.value, -0);
  return (typeof value === 'number' || typeof value === 'bigint') && value < 0;
}

/** `not a`, `+a`, `-a`. */
export function compileUnary(unit: Unit, node: Unary, scope: Scope): Eval {
  const operand = unit.expression(node.operand, scope);
  if (node.operator === 'not') return (frame) => !isTrue(operand(frame));
  const operation = UNARY[node.operator];
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      return operation(operand(frame));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

/** `a and b`, `a or b`. */
export function compileLogical(unit: Unit, node: Logical, scope: Scope): Eval {
  const left = unit.expression(node.left, scope);
  const right = unit.expression(node.right, scope);
  if (node.operator === 'and') {
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

/** `a ~ b`. */
export function compileConcat(unit: Unit, node: Concat, scope: Scope): Eval {
  const items = node.items.map((item) => unit.expression(item, scope));
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

/** `a < b < c`: each operand is evaluated once, up to the first comparison that fails. */
export function compileCompare(unit: Unit, node: Compare, scope: Scope): Eval {
  const left = unit.expression(node.left, scope);
  const steps = node.operands.map((operand) => ({
    compare: COMPARE[operand.operator],
    value: unit.expression(operand.value, scope),
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

/** `a if b else c`. */
export function compileCondition(unit: Unit, node: CondExpr, outer: Scope): Eval {
  const scope = softScope(outer);
  const test = unit.expression(node.test, scope);
  const then = unit.expression(node.then, scope);
  if (node.otherwise !== null) {
    const otherwise = unit.expression(node.otherwise, scope);
    return (frame) => (isTrue(test(frame)) ? then(frame) : otherwise(frame));
  }
  const message = () =>
    `the inline if-expression on line ${node.lineno} in '${unit.name}' evaluated to false and no else section was defined.`;
  return (frame) => (isTrue(test(frame)) ? then(frame) : new Undefined(message));
}
