import { nextOccurrence, occurrenceAt, type WeeklyWindow } from './window.js';

/**
 * What a window means for changes: they are made inside and outside of it; only inside of it or of another required
 * one; or never inside of it.
 */
type WindowRule = 'allowed' | 'required' | 'denied';

export interface RuledWindow extends WeeklyWindow {
  readonly rule: WindowRule;
}

/** Why changes are held now. */
export interface HeldBack<W extends RuledWindow> {
  /** The denied window that is open, or the required one that opens next. */
  readonly window: W;
  /** When they are made, in milliseconds of Unix time; null: not within the next weeks. */
  readonly until: number | null;
}

/** More changes of windows than there are between two allowed periods of any sensible lab. */
const mostSteps = 100;

/** @returns null if changes may be made now */
export function judgeWindows<W extends RuledWindow>(
  windows: readonly W[],
  instant: number,
): HeldBack<W> | null {
  const holding = holdingAt(windows, instant);
  if (holding === null) return null;
  let next: number | null = instant;
  for (let step = 0; step < mostSteps && next !== null; step += 1) {
    next = nextChange(windows, next);
    if (next !== null && holdingAt(windows, next) === null) return { window: holding, until: next };
  }
  return { window: holding, until: null };
}

/** The next instant at which a window that holds changes opens or closes; null: there is none. */
export function nextChange(windows: readonly RuledWindow[], instant: number): number | null {
  const times = windows.flatMap((window) => {
    if (window.rule === 'allowed') return [];
    const [open, next] = [occurrenceAt(window, instant), nextOccurrence(window, instant)];
    return [...(open === null ? [] : [open.end]), ...(next === null ? [] : [next.start])];
  });
  return times.length === 0 ? null : Math.min(...times);
}

function holdingAt<W extends RuledWindow>(windows: readonly W[], instant: number): W | null {
  const denied = windows.find(({ rule, ...one }) => rule === 'denied' && occurrenceAt(one, instant) !== null);
  if (denied !== undefined) return denied;
  const required = windows.filter(({ rule }) => rule === 'required');
  if (required.some((window) => occurrenceAt(window, instant) !== null)) return null;
  const [next] = required
    .map((window) => ({ window, start: nextOccurrence(window, instant)?.start ?? Infinity }))
    .sort((one, other) => one.start - other.start);
  return next?.window ?? null;
}
