import { inspect, isDeepStrictEqual } from 'node:util';

/** One parser under test: where its input comes from, and what must hold for every input. */
export interface Target {
  readonly name: string;
  /** Who can send this input. */
  readonly reach: string;
  /** Inputs to start from. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Pieces that mean something to this parser. */
  readonly tokens: readonly string[];
  /** Inputs do not become longer than this. */
  readonly mostBytes: number;
  /** What an input may cost, in milliseconds of processor time, besides the fixed part. */
  readonly msPerKib: number;
  open(): Opened | Promise<Opened>;
}

export interface Opened {
  /** Throws if a law does not hold, or whatever the parser throws by mistake. */
  readonly check: (input: Buffer) => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
}

/** A law does not hold. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
}

/** @throws LawBroken unless both are deeply equal */
export function expectEqual(law: string, one: unknown, other: unknown): void {
  if (isDeepStrictEqual(one, other)) return;
  throw new LawBroken(`${law}: ${show(one)} and ${show(other)}`);
}

/** @throws LawBroken */
export function expectThat(law: string, holds: boolean): void {
  if (!holds) throw new LawBroken(law);
}

/** The result of a function that may throw errors of these classes: such an error is a result, too. */
export function outcomeOf<T>(
  work: () => T,
  ...expected: readonly (abstract new (...parameters: never[]) => Error)[]
): { readonly value: T } | { readonly error: string } {
  try {
    return { value: work() };
  } catch (error) {
    for (const kind of expected) {
      if (error instanceof kind) return { error: `${error.name}: ${error.message}` };
    }
    throw error;
  }
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Infinity }).slice(0, 300);
}
