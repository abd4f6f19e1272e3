import { nearest } from '../../diagnostics/index.js';
import { leave, Raised, typeError, type Position } from '../errors.js';
import { filters, lavaFilterNames } from '../filters/index.js';
import type { Filter as ApplyFilter } from '../filters/registry.js';
import { spend } from '../limits.js';
import type { Arguments, Expr, Filter, Test } from '../parser/nodes.js';
import { tests } from '../tests.js';
import type { Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { compileArguments, type CompiledArguments } from './arguments.js';
import { compileRawName } from './names.js';
import { placeOf, type Eval, type Scope, type Unit } from './scope.js';

/** Filters that convert an undefined value to an empty string: passing through them counts as being printed. */
const TEXT_FILTERS: ReadonlySet<string> = new Set(
  (
    'upper lower title capitalize trim e escape forceescape safe string replace indent center truncate wordwrap ' +
    'striptags urlencode urlize shlex_quote'
  ).split(' '),
);

/** A filter; `text` is the input from a filter or set block for the filter without a target. */
export function compileFilter(unit: Unit, node: Filter, scope: Scope, text: Eval | null): Eval {
  const place = placeOf(unit, node);
  const target = node.target === null ? text : compileFilterTarget(unit, node.target, scope, text);
  if (target === null) throw new Error('only the filter of a block has no target');
  const args = compileArguments(unit, node.args, scope);
  if (node.name === 'default' && node.target?.typename === 'Name' && isOneArgument(node.args)) {
    return compileDefault(unit, node.target.name, node.args.positional, scope);
  }
  const filter = filters.get(node.name);
  if (filter === undefined) {
    const error = { message: `No filter named '${node.name}'`, hint: hintFor(node.name, filters) };
    return unknown(error, scope, place, target, args);
  }
  if (lavaFilterNames.has(node.name)) return compileLavaFilter(unit, node, scope, filter, target, args);
  const isText = TEXT_FILTERS.has(node.name);
  return (frame) => {
    try {
      spend();
      const value = target(frame);
      if (isText && value instanceof Undefined) frame.context.run.printsUndefined(value, place);
      const list: Value[] = [value];
      args.positional(frame, list);
      return filter(list, args.keywords(frame), frame.context.run);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

/** Like any other filter, unless the environment lacks it: then it is unknown. */
function compileLavaFilter(
  unit: Unit,
  { name, lineno, colno }: Filter,
  scope: Scope,
  filter: ApplyFilter,
  target: Eval,
  args: CompiledArguments,
): Eval {
  const place = placeOf(unit, { lineno, colno });
  if (!scope.isSoft && !unit.lavaFilters.has(name)) unit.lavaFilters.set(name, place);
  const isText = TEXT_FILTERS.has(name);
  return (frame) => {
    try {
      spend();
      const { run } = frame.context;
      const value = target(frame);
      if (isText && value instanceof Undefined) run.printsUndefined(value, place);
      const list: Value[] = [value];
      args.positional(frame, list);
      const missing = run.missingFilters.get(name);
      if (missing !== undefined) {
        throw new Raised('TemplateRuntimeError', `No filter named '${name}' found.`, undefined, missing);
      }
      return filter(list, args.keywords(frame), run);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function isOneArgument(args: Arguments): boolean {
  return (
    args.positional.length === 1 &&
    args.keywords.length === 0 &&
    args.restPositional === null &&
    args.restKeywords === null
  );
}

/** `name | default(value)`, the most common operation in LAVA's templates, without creating an undefined value first. */
function compileDefault(unit: Unit, name: string, [argument]: readonly Expr[], scope: Scope): Eval {
  if (argument === undefined) throw new Error('the argument was counted');
  const read = compileRawName(name, scope);
  const fallback = unit.expression(argument, scope);
  return (frame) => {
    spend();
    const otherwise = fallback(frame);
    const value = read(frame);
    return value === undefined || value instanceof Undefined ? otherwise : value;
  };
}

/** In `{% filter a|b %}` the block's text goes through `a` first. */
function compileFilterTarget(unit: Unit, target: Expr, scope: Scope, text: Eval | null): Eval {
  if (text !== null && target.typename === 'Filter') return compileFilter(unit, target, scope, text);
  return unit.expression(target, scope);
}

/** An unknown filter that may never be reached becomes a function that raises when it is called. */
function unknown(
  { message, hint }: { readonly message: string; readonly hint: string | undefined },
  scope: Scope,
  place: Position,
  target: Eval,
  args: CompiledArguments,
): Eval {
  if (!scope.isSoft) {
    const error = new Raised('TemplateAssertionError', `${message}.`, undefined, hint);
    error.place = place;
    throw error;
  }
  return (frame) => {
    try {
      args.positional(frame, [target(frame)]);
      const [keyword] = args.keywords(frame).keys();
      if (keyword !== undefined) throw typeError(`got an unexpected keyword argument '${keyword}'`);
      throw new Raised('TemplateRuntimeError', `${message} found.`, undefined, hint);
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function hintFor(name: string, known: ReadonlyMap<string, unknown>): string | undefined {
  const meant = nearest(name, known.keys());
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}

/** `a is b`. */
export function compileTest(unit: Unit, node: Test, scope: Scope): Eval {
  const place = placeOf(unit, node);
  if (node.target.typename === 'Name' && (node.name === 'defined' || node.name === 'undefined')) {
    const read = compileRawName(node.target.name, scope);
    const wanted = node.name === 'defined';
    if (
      node.args.positional.length === 0 &&
      node.args.keywords.length === 0 &&
      node.args.restPositional === null &&
      node.args.restKeywords === null
    ) {
      return (frame) => isDefined(read(frame)) === wanted;
    }
  }
  const target = unit.expression(node.target, scope);
  const args = compileArguments(unit, node.args, scope);
  const test = tests.get(node.name);
  if (test === undefined) {
    const error = { message: `No test named '${node.name}'`, hint: hintFor(node.name, tests) };
    return unknown(error, scope, place, target, args);
  }
  return (frame) => {
    try {
      spend();
      const list: Value[] = [target(frame)];
      args.positional(frame, list);
      return test(list, args.keywords(frame));
    } catch (error) {
      throw leave(error, place);
    }
  };
}

function isDefined(value: Value | undefined): boolean {
  return value !== undefined && !(value instanceof Undefined);
}
