import { expect, it } from 'vitest';

import { parseUntil } from '../../../src/calendar/index.js';

const at = (text: string, zone: string | null = 'Europe/Berlin') => {
  const end = parseUntil(text, zone);
  return typeof end === 'number' ? new Date(end).toISOString().replace(':00.000Z', 'Z') : end;
};

it.each([
  // A date includes the day.
  ['2026-12-05', '2026-12-05T23:00Z'],
  ['2026-07-31', '2026-07-31T22:00Z'],
  ['2026-12-05T18:00', '2026-12-05T17:00Z'],
  ['2026-12-05 18:00', '2026-12-05T17:00Z'],
  ['2026-12-05T18:00Z', '2026-12-05T18:00Z'],
  ['2026-12-05t18:00z', '2026-12-05T18:00Z'],
  ['2026-12-05T18:00:30+05:30', '2026-12-05T12:30:30.000Z'],
  ['2026-12-05T18:00-0800', '2026-12-06T02:00Z'],
  // The clocks skip 02:30 and show it twice.
  ['2026-03-29T02:30', '2026-03-29T01:00Z'],
  ['2026-10-25T02:30', '2026-10-25T01:30Z'],
])('reads %s', (text, expected) => {
  expect(at(text)).toBe(expected);
});

it.each([
  '',
  'tomorrow',
  '2026-02-30',
  '2026-13-01',
  '2026-12-05T24:00',
  '2026-12-05T18',
  '12-05',
  '2026-12-05T18:00+15:00',
])('does not guess what %j means', (text) => {
  expect(at(text)).toBe('not a time');
});

it('needs a zone only without an offset', () => {
  expect([at('2026-12-05', null), at('2026-12-05T18:00', null)]).toEqual(['no zone', 'no zone']);
  expect(at('2026-12-05T18:00Z', null)).toBe('2026-12-05T18:00Z');
});
