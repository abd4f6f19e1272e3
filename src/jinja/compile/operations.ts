import type { BinaryOperator, CompareOperator } from '../parser/nodes.js';
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
import { contains } from '../values/contains.js';
import { isTrue } from '../values/truth.js';
import type { Value } from '../values/types.js';

export type Operation = (left: Value, right: Value) => Value;

export const BINARY: Readonly<Record<BinaryOperator, Operation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '//': floorDivide,
  '%': modulo,
  '**': power,
};

export const UNARY: Readonly<Record<'not' | '+' | '-', (operand: Value) => Value>> = {
  not: (operand) => !isTrue(operand),
  '+': positive,
  '-': negate,
};

export const COMPARE: Readonly<Record<CompareOperator, (left: Value, right: Value) => boolean>> = {
  '==': equals,
  '!=': (a, b) => !equals(a, b),
  '<': (a, b) => order(a, b, '<') < 0,
  '<=': (a, b) => order(a, b, '<=') <= 0,
  '>': (a, b) => order(a, b, '>') > 0,
  '>=': (a, b) => order(a, b, '>=') >= 0,
  in: (a, b) => contains(b, a),
  'not in': (a, b) => !contains(b, a),
};
