/** How long to wait after a failed attempt, in milliseconds. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const defaultBackOff: BackOff = { firstMs: 500, maxMs: 5 * 60_000 };

/**
 * Doubles with every failure up to a limit; the random half prevents many controllers from retrying at the same time.
 * @param failures consecutive failures, from 1
 * @param random 0 (inclusive) to 1 (exclusive)
 */
export function backOffMs(backOff: BackOff, failures: number, random: number): number {
  const fullMs = Math.min(backOff.maxMs, backOff.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (0.5 + random / 2));
}
