import { Raised, typeError } from '../errors.js';
import type { Arguments } from '../parser/nodes.js';
import type { Frame } from '../runtime/context.js';
import { PyDict } from '../values/dict.js';
import { textOf } from '../values/compare.js';
import { eachItem, tryIterate } from '../values/iterate.js';
import { NO_KEYWORDS, typeName, type Keywords, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { placeOf, type Eval, type Scope, type Unit } from './scope.js';

/** The arguments of a call as two functions: positional arguments and keyword arguments. */
export interface CompiledArguments {
  /** Adds the positional arguments to `list`. */
  readonly positional: (frame: Frame, list: Value[]) => void;
  readonly keywords: (frame: Frame) => Keywords;
}

export function compileArguments(unit: Unit, node: Arguments, scope: Scope): CompiledArguments {
  const positional = node.positional.map((arg) => unit.expression(arg, scope));
  const rest = node.restPositional === null ? null : unit.expression(node.restPositional, scope);
  return {
    positional: collectPositional(positional, rest),
    keywords: compileKeywords(unit, node, scope),
  };
}

function collectPositional(args: readonly Eval[], rest: Eval | null): CompiledArguments['positional'] {
  const [first] = args;
  if (rest === null && first === undefined) return () => undefined;
  if (rest === null && args.length === 1 && first !== undefined) {
    return (frame, list) => {
      list.push(first(frame));
    };
  }
  return (frame, list) => {
    for (const arg of args) list.push(arg(frame));
    if (rest !== null) spread(rest(frame), list);
  };
}

function spread(value: Value, list: Value[]): void {
  if (tryIterate(value) === undefined) {
    throw typeError(`argument after * must be an iterable, not ${typeName(value)}`);
  }
  for (const item of eachItem(value)) list.push(item);
}

function compileKeywords(unit: Unit, node: Arguments, scope: Scope): CompiledArguments['keywords'] {
  const names = new Set<string>();
  const keywords = node.keywords.map((keyword) => {
    if (names.has(keyword.key)) {
      const error = new Raised('SyntaxError', `keyword argument repeated: ${keyword.key}`, 'syntax');
      error.place = placeOf(unit, keyword);
      throw error;
    }
    names.add(keyword.key);
    return [keyword.key, unit.expression(keyword.value, scope)] as const;
  });
  const rest = node.restKeywords === null ? null : unit.expression(node.restKeywords, scope);
  if (keywords.length === 0 && rest === null) return () => NO_KEYWORDS;
  return (frame) => {
    const all = new Map<string, Value>();
    for (const [key, value] of keywords) all.set(key, value(frame));
    if (rest !== null) spreadKeywords(rest(frame), all);
    return all;
  };
}

function spreadKeywords(value: Value, all: Map<string, Value>): void {
  if (value instanceof Undefined) throw value.failure();
  if (!(value instanceof PyDict))
    throw typeError(`argument after ** must be a mapping, not ${typeName(value)}`);
  for (const [key, item] of value.entries()) {
    const name = textOf(key);
    if (name === undefined) throw typeError('keywords must be strings');
    if (all.has(name)) throw typeError(`got multiple values for keyword argument '${name}'`);
    all.set(name, item);
  }
}
