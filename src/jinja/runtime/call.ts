import { typeError } from '../errors.js';
import { spend } from '../limits.js';
import { PyCallable, typeName, type Keywords, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';

/** Calls a value on behalf of a template. */
export function callValue(callee: Value, args: readonly Value[], keywords: Keywords): Value {
  spend();
  if (callee instanceof PyCallable) return callee.call(args, keywords);
  if (callee instanceof Undefined) throw callee.failure();
  throw typeError(`'${typeName(callee)}' object is not callable`);
}
