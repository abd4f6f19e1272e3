import { locate, Raised } from '../errors.js';
import { spend } from '../limits.js';
import type { Assign, Expr } from '../parser/nodes.js';
import type { Frame } from '../runtime/context.js';
import { unpack } from '../runtime/loop.js';
import { Namespace } from '../values/namespace.js';
import { compileRawName } from './names.js';
import { placeOf, writer, type Run, type Scope, type Store, type Unit } from './scope.js';

/** What a `set` at the top of a template makes visible to blocks, includes and imports. */
export function exporter(target: Expr, scope: Scope): ((frame: Frame) => void) | null {
  if (!scope.isTop) return null;
  const names = targetNames(target).map((name) => ({ name, read: compileRawName(name, scope) }));
  if (names.length === 0) return null;
  return (frame) => {
    for (const { name, read } of names) {
      const value = read(frame);
      if (value !== undefined) frame.context.vars.set(name, value);
      if (!name.startsWith('_')) frame.context.exported.add(name);
    }
  };
}

function targetNames(target: Expr): string[] {
  if (target.typename === 'Name') return [target.name];
  return target.typename === 'Tuple' ? target.items.flatMap(targetNames) : [];
}

/** `{% set name = value %}`. */
export function compileAssign(unit: Unit, node: Assign, scope: Scope): Run {
  const target = compileTarget(unit, node.target, scope);
  const check = namespaceCheck(unit, node.target, scope);
  const value = unit.expression(node.value, scope);
  const export_ = exporter(node.target, scope);
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      spend();
      check?.(frame);
      target(frame, value(frame));
    } catch (error) {
      throw locate(error, place);
    }
    export_?.(frame);
  };
}

/** Jinja2 checks that `ns` in `set ns.x = ...` is a namespace before it evaluates the value. */
export function namespaceCheck(unit: Unit, target: Expr, scope: Scope): ((frame: Frame) => void) | null {
  if (target.typename !== 'NSRef') return null;
  const read = compileRawName(target.name, scope);
  const place = placeOf(unit, target);
  return (frame) => {
    if (read(frame) instanceof Namespace) return;
    throw locate(
      new Raised('TemplateRuntimeError', 'cannot assign attribute on non-namespace object'),
      place,
    );
  };
}

/** The left side of an assignment. */
export function compileTarget(unit: Unit, target: Expr, scope: Scope): Store {
  if (target.typename === 'NSRef') {
    const read = compileRawName(target.name, scope);
    return (frame, value) => {
      const namespace = read(frame);
      if (namespace instanceof Namespace) namespace.attributes.set(target.attr, value);
    };
  }
  if (target.typename === 'Tuple') {
    const items = target.items.map((item) => compileTarget(unit, item, scope));
    return (frame, value) => {
      const values = unpack(value, items.length);
      items.forEach((store, index) => {
        const item = values[index];
        if (item !== undefined) store(frame, item);
      });
    };
  }
  if (target.typename !== 'Name')
    throw new Error('the parser lets only names, tuples and namespaces be assigned to');
  const ref = scope.symbols.find(target.name);
  if (ref === undefined) throw new Error(`no variable was declared for ${target.name}`);
  return writer(scope, ref);
}
