import { nextOccurrence, occurrenceAt, type Occurrence, type WeeklyWindow } from './window.js';

/** One period of one of several windows. */
export interface Period<W extends WeeklyWindow> extends Occurrence {
  readonly window: W;
}

/**
 * The period of these windows that is open at an instant, or else the one that opens next. Of several, the one that
 * closes last.
 * @returns null if there is none
 */
export function openOrNext<W extends WeeklyWindow>(windows: readonly W[], instant: number): Period<W> | null {
  const open = periodsOf(windows, (window) => occurrenceAt(window, instant));
  const found = open.length > 0 ? open : periodsOf(windows, (window) => nextOccurrence(window, instant));
  const isOpen = open.length > 0;
  return (
    found.toSorted((one, other) => (isOpen ? 0 : one.start - other.start) || other.end - one.end)[0] ?? null
  );
}

function periodsOf<W extends WeeklyWindow>(
  windows: readonly W[],
  find: (window: W) => Occurrence | null,
): Period<W>[] {
  return windows.flatMap((window) => {
    const found = find(window);
    return found === null ? [] : [{ window, ...found }];
  });
}

/** `2026-12-01T21:00Z`, for people: windows open and close at full minutes. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
}
