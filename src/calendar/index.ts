/**
 * Times on the clocks of a place: converts between instants and local times in an IANA time zone, correct when clocks
 * change. Pure; the rules of the zones are those of the JavaScript engine.
 */
export { parseUntil } from './until.js';
export { firstInstantOf, isTimeZone, lastInstantOf, localTimeOf } from './zone.js';
