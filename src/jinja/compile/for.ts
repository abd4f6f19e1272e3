import { leave, locate, Raised } from '../errors.js';
import { deeper, spend } from '../limits.js';
import { descendants, type Expr, type For } from '../parser/nodes.js';
import { Frame } from '../runtime/context.js';
import { newBuffer, takeBuffer, writeTraced } from '../runtime/buffer.js';
import { LoopContext, type Recurse } from '../runtime/loop.js';
import type { Out } from '../runtime/out.js';
import { iterate } from '../values/iterate.js';
import { PyIterator } from '../values/iterator.js';
import { isTrue } from '../values/truth.js';
import type { Value } from '../values/types.js';
import { compileTarget } from './assign.js';
import { findParameters, findSymbols, findUndeclared } from './find-symbols.js';
import { lostInclude, losesText } from './lost-include.js';
import {
  entry,
  exit,
  functionScope,
  innerScope,
  placeOf,
  writer,
  type Eval,
  type Run,
  type Scope,
  type Unit,
} from './scope.js';

/** The items of a loop, one after the other: sets the loop's variables, or reports the end. */
interface Loop {
  /** Runs the loop over `items` in `frame`. */
  readonly run: (frame: Frame, out: Out, items: Value, recurse: Recurse | null, depth: number) => void;
}

export function compileFor(unit: Unit, node: For, scope: Scope): Run {
  refuseLoopAsTarget(unit, node);
  const place = placeOf(unit, node);
  const iter = unit.expression(node.iter, scope);
  if (!node.recursive) {
    const bodyScope = innerScope(scope, { isLoop: true });
    const loop = compileLoop(unit, node, { bodyScope, elseScope: innerScope(scope) });
    return (frame, out) => {
      try {
        loop.run(frame, out, iter(frame), null, 0);
      } catch (error) {
        throw locate(error, place);
      }
    };
  }
  const bodyScope = functionScope(scope, { isLoop: true, isBuffered: true });
  const elseScope = { ...innerScope(scope), fn: bodyScope.fn, isBuffered: true };
  const loop = compileLoop(unit, node, { bodyScope, elseScope });
  const isLost = losesText(node.body) || losesText(node.otherwise);
  return (frame, out) => {
    const recurse: Recurse = (items, depth) =>
      deeper(() => {
        const inner = newBuffer(frame.context.run);
        loop.run(new Frame(frame.context, bodyScope.fn.size, frame), inner, items, recurse, depth);
        return takeBuffer(frame.context.run, inner);
      });
    try {
      if (isLost) throw lostInclude();
      const text = recurse(iter(frame), 0);
      writeTraced(frame.context.run, out, text, unit.file, node.lineno);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function refuseLoopAsTarget(unit: Unit, node: For): void {
  for (const inner of descendants(node)) {
    if (inner.typename !== 'Name' || inner.use !== 'store' || inner.name !== 'loop') continue;
    const error = new Raised(
      'TemplateAssertionError',
      "Can't assign to special loop variable in for-loop target",
    );
    error.place = placeOf(unit, inner);
    throw error;
  }
}

/** Whether something inside the loop may ask for `loop`. */
function usesLoopVariable(node: For): boolean {
  if (node.recursive || findUndeclared(node.body, ['loop']).has('loop')) return true;
  for (const inner of descendants(node)) if (inner.typename === 'Block' && inner.scoped) return true;
  return false;
}

function compileLoop(
  unit: Unit,
  node: For,
  { bodyScope, elseScope }: { readonly bodyScope: Scope; readonly elseScope: Scope },
): Loop {
  const isExtended = usesLoopVariable(node);
  const writeLoop = isExtended ? writer(bodyScope, bodyScope.symbols.parameter('loop')) : null;
  findParameters(bodyScope.symbols, node.target);
  findSymbols(bodyScope.symbols, node.body);
  findSymbols(elseScope.symbols, node.otherwise);
  const test = node.test === null ? null : compileTest(unit, node, node.test, bodyScope);
  const target = compileTarget(unit, node.target, bodyScope);
  const enter = entry(bodyScope);
  const body = unit.body(node.body, bodyScope);
  const leaveScope = exit(bodyScope);
  const otherwise = node.otherwise.length === 0 ? null : compileElse(unit, node, elseScope);
  const step = (frame: Frame, out: Out, item: Value) => {
    spend();
    target(frame, item);
    enter?.(frame);
    body(frame, out);
  };
  const run: Loop['run'] = (frame, out, items, recurse, depth) => {
    const selected = test === null ? items : test(frame, items);
    let isEmpty = true;
    if (writeLoop !== null) {
      const loop = new LoopContext(selected, recurse, depth);
      for (let item = loop.advance(); item !== undefined; item = loop.advance()) {
        isEmpty = false;
        writeLoop(frame, loop);
        step(frame, out, item);
      }
    } else if (Array.isArray(selected)) {
      // The list may grow while it is looped over, as in Python.
      for (let index = 0; index < selected.length; index++) {
        const item = selected[index];
        if (item === undefined) continue;
        isEmpty = false;
        step(frame, out, item);
      }
    } else {
      const source = iterate(selected);
      for (let next = source.next(); next.done !== true; next = source.next()) {
        isEmpty = false;
        step(frame, out, next.value);
      }
    }
    leaveScope?.(frame);
    if (isEmpty) otherwise?.(frame, out);
  };
  return { run };
}

function compileElse(unit: Unit, node: For, scope: Scope): Run {
  const enter = entry(scope);
  const body = unit.body(node.otherwise, scope);
  const leaveScope = exit(scope);
  return (frame, out) => {
    enter?.(frame);
    body(frame, out);
    leaveScope?.(frame);
  };
}

/** `for ... if test`: a function of its own, in which the loop's `loop` is not yet known. */
function compileTest(
  unit: Unit,
  node: For,
  testNode: Expr,
  bodyScope: Scope,
): (frame: Frame, items: Value) => Value {
  const outer = { ...bodyScope, symbols: bodyScope.symbols.parent ?? bodyScope.symbols };
  const scope = functionScope(outer);
  findParameters(scope.symbols, node.target);
  findSymbols(scope.symbols, [testNode]);
  const enter = entry(scope);
  const target = compileTarget(unit, node.target, scope);
  const test: Eval = unit.expression(testNode, scope);
  return (frame, items) => new PyIterator('generator', select(frame, items));

  function* select(outerFrame: Frame, items: Value): Generator<Value> {
    const frame = new Frame(outerFrame.context, scope.fn.size, outerFrame);
    enter?.(frame);
    const source = iterate(items);
    for (let next = source.next(); next.done !== true; next = source.next()) {
      spend();
      target(frame, next.value);
      if (isTrue(test(frame))) yield next.value;
    }
  }
}
