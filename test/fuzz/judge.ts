import { startCpuClock } from '../support/clocks.js';
import type { Opened, Target } from './target.js';

/** Why an input is a finding. */
export interface Failure {
  readonly kind: 'exception' | 'time';
  /** Equal for inputs that probably fail for the same reason. */
  readonly signature: string;
  readonly details: string;
}

/** The part of the limit that does not depend on the input: compilation, garbage collection. */
const fixedMs = 300;

export function limitMs(target: Target, input: Buffer): number {
  return fixedMs + (target.msPerKib * input.length) / 1024;
}

/** Runs the parser on one input. @param isTimed whether exceeding the limit of time is a failure */
export async function judge(
  target: Target,
  opened: Opened,
  input: Buffer,
  isTimed: boolean,
): Promise<Failure | null> {
  const startMs = performance.now();
  const failure = await run(opened, input);
  const limit = limitMs(target, input);
  if (failure !== null || !isTimed || performance.now() - startMs < limit) return failure;
  // The machine may have been busy: count processor time, and believe the fastest of three runs.
  let fastestMs = Infinity;
  for (let attempt = 0; attempt < 3 && fastestMs >= limit; attempt += 1) {
    const elapsedMs = startCpuClock();
    await run(opened, input);
    fastestMs = Math.min(fastestMs, elapsedMs());
  }
  if (fastestMs < limit) return null;
  const details = `${Math.round(fastestMs)} ms for ${input.length} bytes, more than ${Math.round(limit)} ms`;
  return { kind: 'time', signature: 'time', details };
}

async function run(opened: Opened, input: Buffer): Promise<Failure | null> {
  try {
    const result = opened.check(input);
    if (result !== undefined) await result;
    return null;
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { kind: 'exception', signature: `thrown: ${typeof error}`, details: String(error) };
  }
  const stack = error.stack ?? '';
  const place = /\(?[^\s(]*\/(src\/[^:)]*)/.exec(stack)?.[1] ?? '';
  const law = error.message.split(/[:\d'"[{<`]/)[0] ?? '';
  return { kind: 'exception', signature: `${error.name} ${law.slice(0, 60)} ${place}`, details: stack };
}
