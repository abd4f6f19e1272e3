/**
 * Milliseconds since the machine booted, without the time that it slept: the same for all processes, and never adjusted
 * (CLOCK_MONOTONIC). `performance.now()` starts at 0 in each process.
 */
export function steadyMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
