import { typeError } from '../errors.js';
import type { Keywords, Value } from '../values/types.js';

/** The parameters of a built-in function. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly required: number;
}

/** Parses `old new count?`: names in order, optional ones with a question mark. */
export function signature(name: string, parameters: string): Signature {
  const names = parameters.split(' ').filter((part) => part !== '');
  return {
    name,
    parameters: names.map((part) => part.replace('?', '')),
    required: names.filter((part) => !part.endsWith('?')).length,
  };
}

/** Arguments by parameter, undefined for absent optional ones; raises Python's TypeErrors. */
export function bind(of: Signature, args: readonly Value[], keywords: Keywords): (Value | undefined)[] {
  const { name, parameters, required } = of;
  if (args.length > parameters.length) {
    const takes =
      required === parameters.length ? String(required) : `from ${required} to ${parameters.length}`;
    throw typeError(`${name}() takes ${takes} positional arguments but ${args.length} were given`);
  }
  if (keywords.size === 0 && args.length >= required) return [...args];
  const bound: (Value | undefined)[] = [...args];
  for (const [key, value] of keywords) {
    const index = parameters.indexOf(key);
    if (index === -1) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
    if (bound[index] !== undefined) throw typeError(`${name}() got multiple values for argument '${key}'`);
    bound[index] = value;
  }
  for (let index = 0; index < required; index++) {
    if (bound[index] === undefined) {
      throw typeError(`${name}() missing required argument: '${parameters[index] ?? ''}'`);
    }
  }
  return bound;
}
