import { lastInstantOf } from './zone.js';

const pattern =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d)(?::(?<second>\d\d))?(?<offset>Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/i;
const dayMs = 24 * 60 * 60_000;

/**
 * The instant at which a period ends that a person specified: `2026-12-05`, which includes the whole day;
 * `2026-12-05T18:00`; or with an offset, `2026-12-05T18:00Z` or `+01:00`.
 * @param zone of a time without an offset; null: it is not known. If the clocks show the time twice, the second one counts.
 * @returns `no zone` for a time without an offset if the zone is not known; `not a time` for any other text
 */
export function parseUntil(text: string, zone: string | null): number | 'no zone' | 'not a time' {
  const { date, time, second, offset } = pattern.exec(text)?.groups ?? {};
  if (date === undefined) return 'not a time';
  const local = Date.parse(`${date}T${time ?? '00:00'}:${second ?? '00'}Z`);
  // `Date` accepts 30 February.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date) return 'not a time';
  if (offset !== undefined) return local - offsetOf(offset);
  if (zone === null) return 'no zone';
  return lastInstantOf(zone, time === undefined ? local + dayMs : local);
}

function offsetOf(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
