import { limitError, Raised } from './errors.js';

/** The limits of one rendering. A template that reaches a limit fails with a TemplateError of kind `limit`. */
export interface Limits {
  /** Statements, iterations, calls and items visited. */
  readonly steps: number;
  /** Of the rendered text, in UTF-8. */
  readonly outputBytes: number;
  /** Wall time, checked every few thousand steps. */
  readonly timeMs: number;
  /** Items of one `range` (Jinja2's sandbox allows 100,000). */
  readonly rangeLength: number;
  /** Nesting of macros, blocks, includes and recursive loops, and of brackets in the source. */
  readonly recursionDepth: number;
  /** Characters of one string created by repetition, replacement, padding or joining; characters of one template source. */
  readonly stringLength: number;
  /** Items of one list or tuple created by repetition or addition. */
  readonly listLength: number;
  /** Characters of all strings created while rendering. */
  readonly totalCharacters: number;
  /** Bits of one integer. */
  readonly integerBits: number;
}

/** Far above what LAVA's own templates use (under 20,000 steps and 100 kB), far below what causes trouble. */
export const DEFAULT_LIMITS: Limits = {
  steps: 2_000_000,
  outputBytes: 8 * 1024 * 1024,
  timeMs: 5_000,
  rangeLength: 100_000,
  recursionDepth: 180,
  stringLength: 1024 * 1024,
  listLength: 1_000_000,
  totalCharacters: 128 * 1024 * 1024,
  integerBits: 64 * 1024,
};

const STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 4096;

/** The remaining budget of one rendering. */
class Budget {
  stepsLeft: number;
  charactersLeft: number;
  depth = 0;
  /** When `stepsLeft` falls below this, check the clock (or stop). */
  nextLook: number;
  readonly deadline: number;

  constructor(
    readonly limits: Limits,
    readonly clock: () => number,
  ) {
    this.stepsLeft = limits.steps;
    this.charactersLeft = limits.totalCharacters;
    this.nextLook = Math.max(0, limits.steps - STEPS_BETWEEN_LOOKS_AT_THE_CLOCK);
    this.deadline = clock() + limits.timeMs;
  }
}

/** Rendering is synchronous, so only one budget is active at a time; `withBudget` nests. */
let current = new Budget(DEFAULT_LIMITS, () => 0);

/** Runs `work` under fresh limits. `clock` returns milliseconds. */
export function withBudget<T>(limits: Limits, clock: () => number, work: () => T): T {
  const outer = current;
  current = new Budget(limits, clock);
  try {
    return work();
  } catch (error) {
    throw engineLimit(error) ?? error;
  } finally {
    current = outer;
  }
}

/** Cases that our own limits do not cover hit V8's limits, which are just as safe. */
function engineLimit(error: unknown): Raised | undefined {
  if (!(error instanceof RangeError)) return undefined;
  if (error.message.startsWith('Invalid string length')) return limitError('a string would be too long');
  if (!error.message.includes('call stack')) return undefined;
  return limitError(
    'the template nests too deep',
    'Nest fewer brackets, blocks or macro calls.',
    'RecursionError',
  );
}

/**
 * Checks steps, characters and time, for code that is about to ignore an error: it may be the one that reports a limit.
 * Throws Raised with that limit, and never with the error of the template, which may only have come late.
 */
export function checkBudget(): void {
  if (current.stepsLeft < 0) throw tooManySteps();
  if (current.charactersLeft < 0) throw tooManyCharacters();
  checkTime();
}

function tooManySteps(): Raised {
  return limitError(`the template needs more than ${current.limits.steps} steps`, 'Loop over fewer items.');
}

function tooManyCharacters(): Raised {
  return limitError(`the template creates more than ${current.limits.totalCharacters} characters of text`);
}

/** Checks the clock, for work that uses no steps: parsing, which cached templates do not need. */
export function checkTime(): void {
  if (current.clock() > current.deadline)
    throw limitError(`the template takes longer than ${current.limits.timeMs} ms`, 'Loop over fewer items.');
}

/** Uses `count` steps. */
export function spend(count = 1): void {
  current.stepsLeft -= count;
  if (current.stepsLeft < current.nextLook) look();
}

function look(): void {
  if (current.stepsLeft < 0) throw tooManySteps();
  current.nextLook = Math.max(0, current.stepsLeft - STEPS_BETWEEN_LOOKS_AT_THE_CLOCK);
  checkTime();
}

/** Checks that a string of `length` characters is allowed, before it is created. */
export function reserveText(length: number): void {
  if (length > current.limits.stringLength) {
    throw limitError(`a string would be longer than ${current.limits.stringLength} characters`);
  }
  current.charactersLeft -= length;
  if (current.charactersLeft < 0) throw tooManyCharacters();
  if (length > 4096) spend(length >> 10);
}

/** Checks that a list or tuple of `length` items is allowed, before it is created. */
export function reserveItems(length: number): void {
  if (length > current.limits.listLength) {
    throw limitError(`a list would have more than ${current.limits.listLength} items`);
  }
  spend(length >> 2);
}

/** Checks that an integer of about `bits` bits is allowed, before it is created. */
export function reserveBits(bits: number): void {
  if (bits > current.limits.integerBits) {
    throw limitError(`an integer would have more than ${current.limits.integerBits} bits`);
  }
  if (bits > 4096) spend(bits >> 9);
}

export function maximumRange(): number {
  return current.limits.rangeLength;
}

export function maximumOutput(): number {
  return current.limits.outputBytes;
}

export function maximumDepth(): number {
  return current.limits.recursionDepth;
}

/** Runs `work` one level deeper: in a macro, block, include or recursive loop. */
export function deeper<T>(work: () => T): T {
  const budget = current;
  if (++budget.depth > budget.limits.recursionDepth) {
    budget.depth--;
    throw limitError(
      `macros, blocks and includes nest deeper than ${budget.limits.recursionDepth}`,
      'A macro or a template calls itself without end.',
      'RecursionError',
    );
  }
  try {
    return work();
  } catch (error) {
    if (error instanceof Raised) error.isLeaving = true;
    throw error;
  } finally {
    budget.depth--;
  }
}
