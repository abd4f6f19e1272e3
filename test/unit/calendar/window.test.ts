import { describe, expect, it } from 'vitest';

import {
  judgeWindows,
  nextChange,
  nextOccurrence,
  occurrenceAt,
  openOrNext,
  weekdays,
  type RuledWindow,
  type WeeklyWindow,
} from '../../../src/calendar/index.js';

const berlin = (from: string, to: string, days: WeeklyWindow['days'] = weekdays): WeeklyWindow => ({
  timeZone: 'Europe/Berlin',
  days,
  from,
  to,
});
const ruled = (rule: RuledWindow['rule'], window: WeeklyWindow): RuledWindow => ({ ...window, rule });
const text = (instant: number | null | undefined) =>
  typeof instant === 'number' ? new Date(instant).toISOString().replace(':00.000Z', 'Z') : null;
const at = (time: string) => Date.parse(time);

function open(window: WeeklyWindow, time: string) {
  const found = occurrenceAt(window, at(time));
  return found === null ? null : [text(found.start), text(found.end)];
}

describe('a window', () => {
  it('is open from its start until before its end, on its days', () => {
    const window = berlin('07:00', '09:00', ['monday']);
    expect(open(window, '2026-11-30T05:59:59Z')).toBeNull();
    expect(open(window, '2026-11-30T06:00:00Z')).toEqual(['2026-11-30T06:00Z', '2026-11-30T08:00Z']);
    expect(open(window, '2026-11-30T07:59:59Z')).not.toBeNull();
    expect(open(window, '2026-11-30T08:00:00Z')).toBeNull();
    expect(open(window, '2026-12-01T06:30:00Z')).toBeNull();
    expect(text(nextOccurrence(window, at('2026-11-30T06:00:00Z'))?.start)).toBe('2026-12-07T06:00Z');
  });

  it('belongs to the day on which it opens if it lasts past midnight', () => {
    const window = berlin('22:00', '02:00', ['friday']);
    expect(open(window, '2026-12-05T00:30:00Z')).toEqual(['2026-12-04T21:00Z', '2026-12-05T01:00Z']);
    expect(open(window, '2026-12-04T00:30:00Z')).toBeNull();
    expect(open(berlin('07:00', '07:00', ['friday']), '2026-12-05T05:59:00Z')).toEqual([
      '2026-12-04T06:00Z',
      '2026-12-05T06:00Z',
    ]);
  });

  it('starts when the clocks skip its start, and is empty if they skip all of it', () => {
    expect(open(berlin('02:30', '04:00'), '2026-03-29T01:30:00Z')).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ]);
    const skipped = berlin('02:10', '02:50', ['sunday']);
    expect(open(skipped, '2026-03-29T01:00:00Z')).toBeNull();
    expect(text(nextOccurrence(skipped, at('2026-03-28T00:00:00Z'))?.start)).toBe('2026-04-05T00:10Z');
  });

  it('is open once when the clocks show its hour twice', () => {
    expect(open(berlin('02:10', '02:50'), '2026-10-25T00:55:00Z')).toEqual([
      '2026-10-25T00:10Z',
      '2026-10-25T01:50Z',
    ]);
  });
});

describe('the rules of windows', () => {
  const night = berlin('22:00', '06:00');
  const noon = berlin('12:00', '13:00', ['tuesday']);
  const judged = (windows: readonly RuledWindow[], time: string) => {
    const held = judgeWindows(windows, at(time));
    return held === null ? null : [held.window.rule, text(held.until)];
  };

  it('hold nothing back without windows, and inside and outside of allowed ones', () => {
    for (const time of ['2026-12-01T11:30:00Z', '2026-12-01T22:00:00Z']) {
      expect(judged([], time)).toBeNull();
      expect(judged([ruled('allowed', night)], time)).toBeNull();
    }
    expect(nextChange([ruled('allowed', night)], at('2026-12-01T00:00:00Z'))).toBeNull();
  });

  it('hold changes inside of a denied window, and outside of required ones', () => {
    expect(judged([ruled('denied', noon)], '2026-12-01T11:30:00Z')).toEqual(['denied', '2026-12-01T12:00Z']);
    expect(judged([ruled('denied', noon)], '2026-12-01T12:00:00Z')).toBeNull();
    const required = [ruled('required', noon), ruled('required', night)];
    expect(judged(required, '2026-12-01T10:00:00Z')).toEqual(['required', '2026-12-01T11:00Z']);
    expect(judged(required, '2026-12-01T11:30:00Z')).toBeNull();
    expect(judged(required, '2026-12-01T12:00:00Z')).toEqual(['required', '2026-12-01T21:00Z']);
  });

  it('let a denied window win, and find the time after windows that follow each other', () => {
    const both = [ruled('required', night), ruled('denied', berlin('23:00', '05:00'))];
    expect(judged(both, '2026-12-01T21:30:00Z')).toBeNull();
    expect(judged(both, '2026-12-01T23:00:00Z')).toEqual(['denied', '2026-12-02T04:00Z']);
    const whole = [ruled('denied', berlin('00:00', '12:00')), ruled('denied', berlin('12:00', '00:00'))];
    expect(judged(whole, '2026-12-01T11:30:00Z')).toEqual(['denied', null]);
    expect(text(nextChange(both, at('2026-12-01T21:30:00Z')))).toBe('2026-12-01T22:00Z');
  });
});

describe('the period that is open or comes next', () => {
  const find = (windows: readonly WeeklyWindow[], time: string) => {
    const found = openOrNext(windows, at(time));
    return found === null ? null : [found.window.from, text(found.start), text(found.end)];
  };

  it('is the one that opens first', () => {
    const windows = [berlin('22:00', '23:00'), berlin('12:00', '13:00')];
    expect(find(windows, '2026-12-01T00:00:00Z')).toEqual([
      '12:00',
      '2026-12-01T11:00Z',
      '2026-12-01T12:00Z',
    ]);
    expect(find(windows, '2026-12-01T12:00:00Z')).toEqual([
      '22:00',
      '2026-12-01T21:00Z',
      '2026-12-01T22:00Z',
    ]);
    expect(find([], '2026-12-01T12:00:00Z')).toBeNull();
  });

  it('is the open one that closes last', () => {
    const windows = [berlin('12:00', '13:00'), berlin('11:30', '15:00'), berlin('12:15', '14:00')];
    expect(find(windows, '2026-12-01T11:20:00Z')).toEqual([
      '11:30',
      '2026-12-01T10:30Z',
      '2026-12-01T14:00Z',
    ]);
  });

  it('has the length that the clocks give it when they change', () => {
    const night = [berlin('01:00', '04:00', ['sunday'])];
    expect(find(night, '2026-10-24T12:00:00Z')).toEqual(['01:00', '2026-10-24T23:00Z', '2026-10-25T03:00Z']);
    expect(find(night, '2026-03-28T12:00:00Z')).toEqual(['01:00', '2026-03-29T00:00Z', '2026-03-29T02:00Z']);
  });
});
