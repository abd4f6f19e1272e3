import { Raised } from '../errors.js';
import { bind, signature } from '../runtime/bind.js';
import type { Run } from '../runtime/context.js';
import type { Keywords, Value } from '../values/types.js';
import { weigh, weighResult } from '../values/weigh.js';

/** A filter: the first argument is the value that it is applied to. */
export type Filter = (args: readonly Value[], keywords: Keywords, run: Run) => Value;

/** All filters by name; filled by index.ts, looked up again by `map` when a template names one. */
export const filters = new Map<string, Filter>();

type Body = (args: readonly (Value | undefined)[], run: Run) => Value;

/** Creates a filter; `parameters` is `s old new count?`. */
export function filter(name: string, parameters: string, body: Body): Filter {
  const of = signature(name, parameters);
  return (args, keywords, run) => {
    weigh(args);
    return weighResult(body(bind(of, args, keywords), run));
  };
}

export function filterError(message: string): Raised {
  return new Raised('FilterArgumentError', message);
}
