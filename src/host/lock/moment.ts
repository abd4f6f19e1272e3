/** A time on two clocks: one stops while the machine sleeps, the other may be adjusted. */
export interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

export function thisMoment(): Moment {
  return { steadyMs: performance.now(), wallMs: Date.now() };
}

/** Milliseconds since that moment, by the clock that shows more. */
export function elapsedMs({ steadyMs, wallMs }: Moment): number {
  return Math.max(performance.now() - steadyMs, Date.now() - wallMs);
}
