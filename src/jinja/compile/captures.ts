import { locate, typeError, type Position } from '../errors.js';
import type { AssignBlock, Call, CallBlock, Filter, FilterBlock } from '../parser/nodes.js';
import { newBuffer, takeBuffer, writeTraced } from '../runtime/buffer.js';
import type { Context } from '../runtime/context.js';
import type { Out } from '../runtime/out.js';
import { textOf } from '../values/compare.js';
import { typeName, type Value } from '../values/types.js';
import { compileTarget, exporter, namespaceCheck } from './assign.js';
import { compileCall } from './calls.js';
import { compileFilter } from './filters.js';
import { findSymbols } from './find-symbols.js';
import { fold } from './fold.js';
import { compileMacro } from './macro.js';
import {
  entry,
  exit,
  foldedScope,
  innerScope,
  placeOf,
  type Eval,
  type Run,
  type Scope,
  type Unit,
} from './scope.js';

/** `{% call %}`. */
export function compileCallBlock(unit: Unit, node: CallBlock, scope: Scope): Run {
  const caller = compileMacro(unit, { ...node, name: null }, scope);
  const call = compileCall(unit, foldParts(unit, node.call, scope), foldedScope(scope), caller);
  const place = placeOf(unit, node);
  return (frame, out) => {
    try {
      writeText(frame.context.run, out, call(frame), place);
    } catch (error) {
      throw locate(error, place);
    }
  };
}

/** The result of call and filter blocks must already be a string: Jinja2 joins it without calling `str`. */
function writeText(run: Context['run'], out: Out, value: Value, place: Position): void {
  const text = textOf(value);
  if (text === undefined) out.defer(joinError(value, place));
  else writeTraced(run, out, text, place.file, place.line);
}

function joinError(value: Value, place: Position): Error {
  const error = typeError(`sequence item 0: expected str instance, ${typeName(value)} found`);
  error.place = place;
  return error;
}

/** `{% filter %}`. */
export function compileFilterBlock(unit: Unit, node: FilterBlock, outer: Scope): Run {
  const scope = innerScope(outer, { isBuffered: true });
  findSymbols(scope.symbols, [...node.body, node.filter]);
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  const buffers: string[] = [];
  const filter = textFilter(unit, node.filter, scope, () => buffers.at(-1) ?? '');
  const leaveScope = exit(scope);
  const place = placeOf(unit, node);
  return (frame, out) => {
    enter?.(frame);
    const { run } = frame.context;
    const buffer = newBuffer(run);
    body(frame, buffer);
    buffers.push(takeBuffer(run, buffer));
    try {
      writeText(run, out, filter(frame), place);
    } catch (error) {
      throw locate(error, place);
    } finally {
      buffers.pop();
    }
    leaveScope?.(frame);
  };
}

/** `{% set name %}text{% endset %}`. */
export function compileAssignBlock(unit: Unit, node: AssignBlock, outer: Scope): Run {
  const scope = innerScope(outer, { checksOutput: false, isBuffered: true });
  findSymbols(scope.symbols, node.body);
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  const check = namespaceCheck(unit, node.target, outer);
  const target = compileTarget(unit, node.target, outer);
  const buffers: string[] = [];
  const value =
    node.filter === null ? null : textFilter(unit, node.filter, scope, () => buffers.at(-1) ?? '');
  const export_ = exporter(node.target, outer);
  const leaveScope = exit(scope);
  const place = placeOf(unit, node);
  return (frame) => {
    enter?.(frame);
    const { run } = frame.context;
    const buffer = newBuffer(run);
    body(frame, buffer);
    try {
      check?.(frame);
      const text = takeBuffer(run, buffer);
      buffers.push(text);
      target(frame, value === null ? text : value(frame));
    } catch (error) {
      throw locate(error, place);
    } finally {
      buffers.pop();
    }
    export_?.(frame);
    leaveScope?.(frame);
  };
}

/** The filter of a block, applied to the block's text. */
function textFilter(unit: Unit, node: Filter, scope: Scope, text: Eval): Eval {
  return compileFilter(unit, foldParts(unit, node, scope), foldedScope(scope), text);
}

/** A call or filter that is not constant as a whole. */
function foldParts<N extends Call | Filter>(unit: Unit, node: N, scope: Scope): N {
  return scope.isFolded ? node : (fold(unit, node) as N);
}
