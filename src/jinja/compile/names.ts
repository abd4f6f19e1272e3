import type { Frame } from '../runtime/context.js';
import type { Value } from '../values/types.js';
import { undefinedName } from '../values/undefined.js';
import { reader, type Eval, type Scope } from './scope.js';

/** The variable as is; undefined if it is not set. */
export function compileRawName(name: string, scope: Scope): (frame: Frame) => Value | undefined {
  const ref = scope.symbols.find(name);
  if (ref === undefined) return (frame) => frame.context.resolve(name);
  return reader(scope, ref);
}

export function compileName(name: string, scope: Scope): Eval {
  const read = compileRawName(name, scope);
  const absent = undefinedName(name);
  return (frame) => {
    const value = read(frame);
    return value === undefined ? absent : value;
  };
}
