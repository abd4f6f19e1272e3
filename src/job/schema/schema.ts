/**
 * A small language for LAVA's schemas. It gives the verdicts of Voluptuous, the Python library in which LAVA writes them,
 * over the values of `parsePython`. It also accepts those of `parseYaml`, in which some differences are lost.
 */

import { problemAt, type JobProblem } from '../problem.js';

/** The steps from the root to a value, innermost first; null at the root. */
export interface Trail {
  readonly step: string | number;
  readonly up: Trail | null;
}

/** Something that a schema rejects. */
export interface Fault {
  readonly at: Trail | null;
  readonly message: string;
  /** How to fix it. A function if finding that out takes time. */
  readonly hint?: string | (() => string | undefined) | undefined;
  /** The key that is the problem, in the mapping that `at` leads to without its last step. */
  readonly key?: string;
  /** Finds the misspelled key that is there instead of this one, which is required. */
  readonly slip?: (() => string | undefined) | undefined;
  /** Whether the value at this place has the wrong type; otherwise something in it is wrong. */
  readonly isType?: boolean;
}

/**
 * What happens to keys of a mapping that its schema does not list. `ignored-if-named`: they are ignored, but not in mappings
 * that accept keys by a pattern; this is what Voluptuous does since 0.13 where 0.12 ignores them.
 */
export type UnknownKeys = 'rejected' | 'ignored' | 'ignored-if-named';

export interface Schema {
  /** What is accepted, for a message: `a string`. */
  readonly expected: string;
  /** Returns null if it accepts the value. */
  readonly check: (value: unknown, at: Trail | null, unknown: UnknownKeys) => readonly Fault[] | null;
}

export function step(up: Trail | null, step: string | number): Trail {
  return { step, up };
}

/** The trail of these steps from the root. */
export function trailOf(...steps: readonly [string | number, ...(string | number)[]]): Trail {
  const [first, ...others] = steps;
  return others.reduce(step, step(null, first));
}

/** Adds faults one by one: a value from the network may have more than a call may have arguments. */
export function addTo(faults: Fault[], more: readonly Fault[] | null): void {
  if (more !== null) for (const fault of more) faults.push(fault);
}

function stepsOf(at: Trail | null): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (let here = at; here !== null; here = here.up) steps.push(here.step);
  return steps.reverse();
}

/** The same schema with a rule for unknown keys of its own, whatever applies around it. */
export function withUnknown(unknown: UnknownKeys, { expected, check }: Schema): Schema {
  return { expected, check: (value, at) => check(value, at, unknown) };
}

/** The same schema, with another message when it rejects the value itself. */
export function saying(message: (value: unknown) => string, schema: Schema): Schema {
  return {
    expected: schema.expected,
    check: (value, at, unknown) => {
      const faults = schema.check(value, at, unknown);
      return faults === null ? null : [{ at, message: message(value), hint: faults[0]?.hint }];
    },
  };
}

/** If a document has more faults than this, they are not spelling mistakes. */
const mostHints = 100;

/** The faults as problems, in the order in which the schema found them. A misspelled required key is one problem. */
export function toProblems(faults: readonly Fault[] | null): readonly JobProblem[] {
  const problems = (faults ?? []).map((fault, index) => toProblem(fault, index < mostHints));
  const slips = new Set(
    problems.flatMap(({ at, key }) =>
      key === undefined || key === at.at(-1) ? [] : [JSON.stringify([...at.slice(0, -1), key])],
    ),
  );
  if (slips.size === 0) return problems;
  return problems.filter(({ at, key }) => key !== at.at(-1) || !slips.has(JSON.stringify(at)));
}

function toProblem({ at, message, hint, key, slip }: Fault, isHinted: boolean): JobProblem {
  const steps = stepsOf(at);
  const misspelled = isHinted ? slip?.() : undefined;
  if (misspelled !== undefined) {
    const meant = `Did you mean ${JSON.stringify(steps.at(-1))} instead of ${JSON.stringify(misspelled)}?`;
    return { ...problemAt(steps, message, meant), key: misspelled };
  }
  const problem = problemAt(
    steps,
    message,
    typeof hint !== 'function' ? hint : isHinted ? hint() : undefined,
  );
  return key === undefined ? problem : { ...problem, key };
}
