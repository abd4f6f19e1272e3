import { Raised } from '../errors.js';
import type { Expr, Macro as MacroStatement, Name, Stmt } from '../parser/nodes.js';
import { newBuffer, takeBuffer } from '../runtime/buffer.js';
import { Frame } from '../runtime/context.js';
import { Macro, type MacroShape } from '../runtime/macro.js';
import type { Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { findSymbols, findUndeclared } from './find-symbols.js';
import { lostInclude, losesText } from './lost-include.js';
import {
  entry,
  functionScope,
  placeOf,
  writer,
  type Eval,
  type Run,
  type Scope,
  type Unit,
} from './scope.js';

/** A macro, or the body of a call block, which is a macro without a name. */
export interface MacroSource {
  readonly lineno: number;
  readonly colno: number;
  readonly name: string | null;
  readonly args: readonly Name[];
  readonly defaults: readonly Expr[];
  readonly body: readonly Stmt[];
}

/** A function that creates the macro, bound to the surrounding variables at the time of the call. */
export function compileMacro(unit: Unit, node: MacroSource, outer: Scope): Eval {
  const scope = functionScope(outer, { checksOutput: false, isBuffered: true });
  findSymbols(scope.symbols, [...node.args, ...node.defaults, ...node.body]);
  const names = node.args.map((arg) => arg.name);
  const shape = shapeOf(unit, node, names);
  const special = [
    ...(shape.takesCaller ? ['caller'] : []),
    ...(shape.takesKeywords ? ['kwargs'] : []),
    ...(shape.takesRest ? ['varargs'] : []),
  ];
  const parameters = [...names, ...special].map((name) => writer(scope, scope.symbols.parameter(name)));
  const enter = entry(scope);
  const defaults = names.map((name, index) => compileDefault(unit, node, name, index, scope));
  const body = unit.body(node.body, scope);
  const isLost = losesText(node.body);
  return (frame) => {
    const run = (args: readonly (Value | undefined)[]) => {
      if (isLost) throw lostInclude();
      const own = new Frame(frame.context, scope.fn.size, frame);
      parameters.forEach((write, index) => {
        write(own, args[index]);
      });
      enter?.(own);
      defaults.forEach((fallback, index) => {
        if (args[index] === undefined) parameters[index]?.(own, fallback(own));
      });
      const out = newBuffer(frame.context.run);
      body(own, out);
      return takeBuffer(frame.context.run, out);
    };
    return new Macro(shape, run);
  };
}

function shapeOf(unit: Unit, node: MacroSource, args: readonly string[]): MacroShape {
  const undeclared = findUndeclared(node.body, ['caller', 'kwargs', 'varargs']);
  const explicitCaller = args.indexOf('caller');
  if (
    undeclared.has('caller') &&
    explicitCaller !== -1 &&
    explicitCaller < args.length - node.defaults.length
  ) {
    const error = new Raised(
      'TemplateAssertionError',
      'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.',
    );
    error.place = placeOf(unit, node);
    throw error;
  }
  return {
    name: node.name,
    args,
    takesCaller: undeclared.has('caller') && explicitCaller === -1,
    takesKeywords: undeclared.has('kwargs') && !args.includes('kwargs'),
    takesRest: undeclared.has('varargs') && !args.includes('varargs'),
  };
}

function compileDefault(unit: Unit, node: MacroSource, name: string, index: number, scope: Scope): Eval {
  const expression = node.defaults[index - (node.args.length - node.defaults.length)];
  if (expression !== undefined) return unit.expression(expression, scope);
  return () => new Undefined(() => `parameter '${name}' was not provided`);
}

/** `{% macro %}`. */
export function compileMacroStatement(unit: Unit, node: MacroStatement, scope: Scope): Run {
  const macro = compileMacro(unit, { ...node, name: node.name }, scope);
  const ref = scope.symbols.find(node.name);
  const write = ref === undefined ? () => undefined : writer(scope, ref);
  const { name } = node;
  const isExported = scope.isTop;
  return (frame) => {
    const value = macro(frame);
    write(frame, value);
    if (!isExported) return;
    frame.context.vars.set(name, value);
    if (!name.startsWith('_')) frame.context.exported.add(name);
  };
}
