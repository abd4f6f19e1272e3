import { locate } from '../errors.js';
import type { Getattr, Getitem, SliceNode } from '../parser/nodes.js';
import { getAttribute, getItem } from '../values/members.js';
import { PySlice, slice } from '../values/slice.js';
import { placeOf, type Eval, type Scope, type Unit } from './scope.js';

/** `a.b`. */
export function compileGetattr(unit: Unit, node: Getattr, scope: Scope): Eval {
  const target = unit.expression(node.target, scope);
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

/** `a[b]`, `a[b:c]`. */
export function compileGetitem(unit: Unit, node: Getitem, scope: Scope): Eval {
  const target = unit.expression(node.target, scope);
  const key = unit.expression(node.arg, scope);
  const place = placeOf(unit, node);
  if (node.arg.typename === 'Slice') {
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

/** The inside of `[b:c]`. */
export function compileSlice(unit: Unit, node: SliceNode, scope: Scope): Eval {
  const [start, stop, step] = [node.start, node.stop, node.step].map((part) =>
    part === null ? () => null : unit.expression(part, scope),
  );
  if (start === undefined || stop === undefined || step === undefined)
    throw new Error('a slice has three parts');
  return (frame) => new PySlice(start(frame), stop(frame), step(frame));
}
