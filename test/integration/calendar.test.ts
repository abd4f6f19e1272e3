/** Windows of thousands of random times and zones, compared with Python's zoneinfo. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { requireOrSkip } from '../support/real-parts.js';
import { nextOccurrence, occurrenceAt, weekdays, type WeeklyWindow } from '../../src/calendar/index.js';

const zones = [
  ...['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata'],
  ...['Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Chatham', 'Africa/Casablanca', 'Asia/Tehran'],
  ...['America/St_Johns', 'Asia/Gaza', 'America/Havana', 'Antarctica/Troll', 'Europe/Dublin'],
];
const half = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${pad(Math.floor(quarter / 4))}:${pad((quarter % 4) * 15)}`;
});
const windowIn: fc.Arbitrary<WeeklyWindow> = fc.record({
  timeZone: fc.constantFrom(...zones),
  days: fc.oneof(fc.constant(weekdays), fc.subarray([...weekdays], { minLength: 1 })),
  from: half,
  to: half,
});
/** Half of them near the days on which most clocks change. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2025, 0) }),
  fc
    .record({
      year: fc.integer({ min: 2000, max: 2024 }),
      month: fc.constantFrom(2, 3, 9, 10),
      minute: fc.integer({ min: 0, max: 30 * 24 * 60 }),
    })
    .map(({ year, month, minute }) => Date.UTC(year, month, 1, 0, minute)),
);

it.skipIf(requireOrSkip('python3'))('opens and closes windows when Python does', () => {
  const cases = fc
    .sample(fc.tuple(windowIn, instant), { numRuns: 5000 })
    .map(([window, at]) => [window, Math.floor(at / 1000)] as const);
  const script = join(import.meta.dirname, '../support/python/calendar-oracle.py');
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [script], {
    input: cases.map((one) => JSON.stringify(one)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  const expected = stdout.trimEnd().split('\n');
  expect(expected).toHaveLength(cases.length);
  const wrong = cases.flatMap(([window, at], index) => {
    const periods = [occurrenceAt(window, at * 1000), nextOccurrence(window, at * 1000)];
    const ours = JSON.stringify(periods.map((one) => one && [one.start / 1000, one.end / 1000]));
    const python = JSON.stringify(JSON.parse(expected[index] ?? 'null'));
    return ours === python ? [] : [{ window, at, ours, python }];
  });
  expect(wrong).toEqual([]);
});
