import { leave, locate, Raised, type Position } from '../errors.js';
import { spend } from '../limits.js';
import { findMethod } from '../methods/index.js';
import type { Call, Getattr } from '../parser/nodes.js';
import { callValue } from '../runtime/call.js';
import type { Frame } from '../runtime/context.js';
import { getAttribute } from '../values/members.js';
import type { Value } from '../values/types.js';
import { compileArguments, type CompiledArguments } from './arguments.js';
import { placeOf, type Eval, type Scope, type Unit } from './scope.js';

/** A call; `caller` is what a call block adds to its arguments. */
export function compileCall(
  unit: Unit,
  node: Call,
  scope: Scope,
  caller: ((frame: Frame) => Value) | null,
): Eval {
  const args = compileArguments(unit, node.args, scope);
  const place = placeOf(unit, node);
  if (caller !== null && node.args.keywords.some((keyword) => keyword.key === 'caller')) {
    const error = new Raised('SyntaxError', 'keyword argument repeated: caller', 'syntax');
    error.place = place;
    throw error;
  }
  const keywordsOf = caller === null ? args.keywords : withCaller(args.keywords, caller);
  const { callee } = node;
  if (callee.typename === 'Getattr') {
    const target = unit.expression(callee.target, scope);
    return compileMethodCall(
      unit,
      callee,
      target,
      { positional: args.positional, keywords: keywordsOf },
      place,
    );
  }
  const target = unit.expression(callee, scope);
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

/** `target.name(...)`: a built-in method is called without creating a bound method first. */
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
