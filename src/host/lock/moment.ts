/** A time by two clocks: one stands still while a machine sleeps, the other may be set. */
export interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

export function thisMoment(): Moment {
  return { steadyMs: performance.now(), wallMs: Date.now() };
}

/** How long ago it was, by the clock that shows more. Milliseconds. */
export function elapsedMs({ steadyMs, wallMs }: Moment): number {
  return Math.max(performance.now() - steadyMs, Date.now() - wallMs);
}
