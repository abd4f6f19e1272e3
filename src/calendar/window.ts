import { firstInstantOf, lastInstantOf, localTimeOf } from './zone.js';

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
type Weekday = (typeof weekdays)[number];

/** A period that repeats every week, by the clocks of a place. */
export interface WeeklyWindow {
  readonly timeZone: string;
  /** On which it opens. */
  readonly days: readonly Weekday[];
  /** `07:00` */
  readonly from: string;
  /** On the next day if it is not later than `from`. */
  readonly to: string;
}

/** One of its periods, in milliseconds of Unix time. */
export interface Occurrence {
  readonly start: number;
  /** Not part of it. */
  readonly end: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * The period that is open at an instant; null: none. A time that the clocks show twice opens the window the first time and
 * closes it the second time. A time that they skip counts as the moment at which they do; a period within it is empty.
 */
export function occurrenceAt(window: WeeklyWindow, instant: number): Occurrence | null {
  const today = dayOf(window, instant);
  // Yesterday's may last until today.
  for (const day of [today - dayMs, today]) {
    const found = occurrenceOn(window, day);
    if (found !== null && found.start <= instant && instant < found.end) return found;
  }
  return null;
}

/** The next period that opens after an instant; null only if `days` is empty. */
export function nextOccurrence(window: WeeklyWindow, instant: number): Occurrence | null {
  const today = dayOf(window, instant);
  // Two weeks: the clocks may skip one of them.
  for (let day = today - dayMs; day <= today + 15 * dayMs; day += dayMs) {
    const found = occurrenceOn(window, day);
    if (found !== null && found.start > instant) return found;
  }
  return null;
}

/** Midnight of the local day, as a local time. */
function dayOf({ timeZone }: WeeklyWindow, instant: number): number {
  return Math.floor(localTimeOf(timeZone, instant) / dayMs) * dayMs;
}

function occurrenceOn({ timeZone, days, from, to }: WeeklyWindow, day: number): Occurrence | null {
  // The first of January 1970 was a Thursday.
  const weekday = weekdays[(((day / dayMs + 3) % 7) + 7) % 7];
  if (weekday === undefined || !days.includes(weekday)) return null;
  const [opens, closes] = [minutesOf(from), minutesOf(to)];
  const start = firstInstantOf(timeZone, day + opens * minuteMs);
  const end = lastInstantOf(timeZone, day + closes * minuteMs + (closes > opens ? 0 : dayMs));
  return start < end ? { start, end } : null;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
