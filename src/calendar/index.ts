/**
 * Times on the clocks of a place: converts between instants and local times in an IANA time zone, finds the periods of
 * windows that repeat every week, and decides what they allow. Correct when clocks change. Pure; the rules of the zones are
 * those of the JavaScript engine.
 */
export { judgeWindows, nextChange, type HeldBack, type RuledWindow } from './judge.js';
export { instantText, openOrNext, type Period } from './period.js';
export { parseUntil } from './until.js';
export { nextOccurrence, occurrenceAt, weekdays, type WeeklyWindow } from './window.js';
export { isTimeZone } from './zone.js';
