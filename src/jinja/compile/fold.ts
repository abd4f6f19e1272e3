import { Raised, type Position } from '../errors.js';
import { spend } from '../limits.js';
import { lavaFilterNames } from '../filters/index.js';
import { descendants, make, mapChildren, type AnyNode, type Expr } from '../parser/nodes.js';
import { PyDict } from '../values/dict.js';
import { PyFloat } from '../values/float.js';
import { showInt } from '../values/integer.js';
import { Markup } from '../values/markup.js';
import { PyTuple } from '../values/tuple.js';
import type { Value } from '../values/types.js';
import { asConst } from './as-const.js';
import { placeOf, type Eval, type Unit } from './scope.js';

/**
 * Constant folding as in Jinja2's compiler: constant parts become their value. This is visible: parts that are never
 * reached may raise, and parts that would raise may vanish.
 */
export function fold(unit: Unit, node: Expr): Expr {
  try {
    return foldExpr(unit, node);
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    const { line, column } = error.place ?? { line: node.lineno, column: node.colno };
    error.place = { file: unit.file, line, column };
    throw error;
  }
}

/** For an expression that becomes a constant: whether the environment has these filters is known only later. */
export function noteLavaFilters(unit: Unit, node: Expr): void {
  for (const inner of [node, ...descendants(node)]) {
    if (inner.typename !== 'Filter' || !lavaFilterNames.has(inner.name)) continue;
    if (!unit.lavaFilters.has(inner.name)) unit.lavaFilters.set(inner.name, placeOf(unit, inner));
  }
}

function foldExpr(unit: Unit, node: Expr): Expr {
  if (node.typename === 'Const' || node.typename === 'Name' || node.typename === 'NSRef') return node;
  const inner = mapChildren(node, (child) => foldChild(unit, child));
  const value = asConst(inner);
  if (value === undefined || !hasSafeRepr(value)) return inner;
  noteLavaFilters(unit, inner);
  return make.Const(node, { value });
}

function foldChild(unit: Unit, node: AnyNode): AnyNode {
  switch (node.typename) {
    case 'Pair':
    case 'Operand':
    case 'Keyword':
    case 'Arguments':
      return mapChildren(node, (child) => foldChild(unit, child));
    default:
      return foldExpr(unit, node as Expr);
  }
}

/** Larger constants are computed when they are reached, because compiled templates are cached and must stay small. */
export const LARGEST_CONSTANT = 16 * 1024;

/** Whether the value can be written as Python source. */
function hasSafeRepr(value: Value): boolean {
  let room = LARGEST_CONSTANT;
  const isSafe = (part: Value): boolean => {
    if (--room < 0) return false;
    if (typeof part === 'string') return (room -= part.length) >= 0;
    if (part === null || typeof part !== 'object') return true;
    if (part instanceof Markup) return (room -= part.text.length) >= 0;
    if (part instanceof PyFloat) return true;
    if (part instanceof PyTuple && part.typeName !== 'tuple') return false;
    const isContainer = Array.isArray(part) || part instanceof PyTuple || part instanceof PyDict;
    return isContainer && contents(part).every(isSafe);
  };
  return isSafe(value);
}

/** A constant; lists and dicts are created each time it is evaluated. */
export function compileConst(value: Value, place: Position): Eval {
  const name = unwritable(value);
  if (name !== null) {
    return () => {
      // Jinja2 writes such a float into its Python as if it were a variable of that name.
      const error = new Raised('NameError', `name '${name}' is not defined`, 'value', 'Use finite numbers.');
      error.place = place;
      throw error;
    };
  }
  return isMutable(value) ? () => copy(value) : () => value;
}

/** `inf` or `nan` if the value contains one. */
function unwritable(value: Value): string | null {
  if (typeof value === 'bigint') showInt(value);
  if (value instanceof PyFloat && !Number.isFinite(value.value))
    return Number.isNaN(value.value) ? 'nan' : 'inf';
  for (const item of contents(value)) {
    const name = unwritable(item);
    if (name !== null) return name;
  }
  return null;
}

function contents(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof PyTuple) return [...value.items];
  return value instanceof PyDict ? [...value.keys(), ...value.valueList()] : [];
}

function isMutable(value: Value): boolean {
  return Array.isArray(value) || value instanceof PyDict || contents(value).some(isMutable);
}

function copy(value: Value): Value {
  if (Array.isArray(value)) {
    spend(value.length >> 2);
    return value.map(copy);
  }
  if (value instanceof PyTuple) {
    spend(value.items.length >> 2);
    return new PyTuple(value.items.map(copy));
  }
  if (!(value instanceof PyDict)) return value;
  spend(value.size);
  const dict = new PyDict();
  for (const [key, item] of value.entries()) dict.set(key, copy(item));
  return dict;
}
