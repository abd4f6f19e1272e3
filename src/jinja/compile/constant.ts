import { Raised } from '../errors.js';
import { children, type AnyNode, type Expr } from '../parser/nodes.js';
import { Context, Frame, type Run } from '../runtime/context.js';
import { Undefined } from '../values/undefined.js';
import type { Eval } from './scope.js';

const OF_CONTEXT: ReadonlySet<string> = new Set([
  'map',
  'select',
  'reject',
  'selectattr',
  'rejectattr',
  'random',
]);

/** Whether Jinja2's compiler tries to evaluate the expression itself. */
function isConstant(node: AnyNode): boolean {
  if (node.typename === 'Name' || node.typename === 'NSRef' || node.typename === 'Call') return false;
  if (node.typename === 'Filter' && (node.target === null || OF_CONTEXT.has(node.name))) return false;
  return children(node).every(isConstant);
}

function hasSlice(node: AnyNode): boolean {
  return node.typename === 'Slice' || children(node).some(hasSlice);
}

/** Whether the expression is one that folding changes: see `folds`. */
export function isFoldable(node: Expr): boolean {
  return node.typename !== 'Const' && node.typename !== 'Slice' && hasSlice(node) && isConstant(node);
}

function refuse(): never {
  throw new Raised('RuntimeError', 'a constant has no context');
}

const NO_RUN: Run = {
  globals: new Map(),
  template: refuse,
  select: refuse,
  modules: new Map(),
  random: undefined,
  printsUndefined: () => undefined,
};

/**
 * Whether Jinja2's compiler replaces a constant expression by its value. While it does, it takes a slice as it
 * takes an item: a slice of what has none is undefined rather than an error. It keeps the value if there is one,
 * and an undefined one only where it is printed.
 */
export function folds(lenient: Eval, isPrinted: boolean): boolean {
  try {
    const value = lenient(new Frame(new Context(NO_RUN, new Map(), '', []), 0, null));
    return isPrinted || !(value instanceof Undefined);
  } catch (error) {
    if (error instanceof Raised) return false;
    throw error;
  }
}
