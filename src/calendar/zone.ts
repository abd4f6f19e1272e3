/**
 * Instants and local times. An instant is in milliseconds of Unix time. A local time is what the clocks of a zone show, as
 * the milliseconds of Unix time at which the clocks in UTC show the same.
 *
 * When clocks are set back, they show an hour twice: a local time has two instants. When they are set forward, they skip
 * an hour: a local time in it has none, and the moment of the change stands for it.
 */

const dayMs = 24 * 60 * 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the JavaScript engine knows this IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What the clocks show, without milliseconds.
 * @throws RangeError when the zone is unknown
 */
export function localTimeOf(zone: string, instant: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant at which the clocks show this time; if they skip it, the moment at which they do. */
export function firstInstantOf(zone: string, local: number): number {
  return Math.min(...instantsOf(zone, local));
}

/** The last instant at which the clocks show this time; if they skip it, the moment at which they do. */
export function lastInstantOf(zone: string, local: number): number {
  return Math.max(...instantsOf(zone, local));
}

/** One instant, or two if the clocks show the time twice. */
function instantsOf(zone: string, local: number): number[] {
  // No zone is further than a day from UTC, and none changes its clocks twice within two days.
  const offsets = [local - dayMs, local + dayMs].map((instant) => localTimeOf(zone, instant) - instant);
  const instants = offsets
    .map((offset) => local - offset)
    .filter((instant) => localTimeOf(zone, instant) === local);
  return instants.length > 0 ? instants : [changeAt(zone, local, offsets)];
}

/** The moment at which the clocks jump over a local time, by bisection. */
function changeAt(zone: string, local: number, offsets: readonly number[]): number {
  let before = local - Math.max(...offsets) - 1000;
  let after = local - Math.min(...offsets);
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (localTimeOf(zone, middle) < local) before = middle;
    else after = middle;
  }
  return after;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
