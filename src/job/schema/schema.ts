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
  /** Whether the value at this place has the wrong type; otherwise something in it is wrong. */
  readonly isType?: boolean;
}

export interface Schema {
  /** What is accepted, for a message: `a string`. */
  readonly expected: string;
  /**
   * Returns null if it accepts the value.
   * @param allowsUnknown whether mappings may have keys that their schema does not list
   */
  readonly check: (value: unknown, at: Trail | null, allowsUnknown: boolean) => readonly Fault[] | null;
}

export function step(up: Trail | null, step: string | number): Trail {
  return { step, up };
}

export function stepsOf(at: Trail | null): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (let here = at; here !== null; here = here.up) steps.push(here.step);
  return steps.reverse();
}

/** The same schema, but mappings may or must not have unknown keys, whatever applies around it. */
export function withUnknown(allowsUnknown: boolean, { expected, check }: Schema): Schema {
  return { expected, check: (value, at) => check(value, at, allowsUnknown) };
}

/** The same schema, with another message when it rejects the value itself. */
export function saying(message: (value: unknown) => string, schema: Schema, hint?: string): Schema {
  return {
    expected: schema.expected,
    check: (value, at, allowsUnknown) => {
      const faults = schema.check(value, at, allowsUnknown);
      return faults === null ? null : [{ at, message: message(value), hint }];
    },
  };
}

/** If a document has more faults than this, they are not spelling mistakes. */
const mostHints = 100;

/** The faults as problems, in the order in which the schema found them. */
export function toProblems(faults: readonly Fault[] | null): readonly JobProblem[] {
  return (faults ?? []).map(({ at, message, hint }, index) => {
    const text = typeof hint !== 'function' ? hint : index < mostHints ? hint() : undefined;
    return problemAt(stepsOf(at), message, text);
  });
}
