import { expect, it } from 'vitest';
import { Notices } from '../../../src/diagnostics/index.js';

it('reports something once per period', () => {
  const notices = new Notices(1000, 2);
  expect([0, 999, 1000, 1500].map((nowMs) => notices.isDue('a', nowMs))).toEqual([true, false, true, false]);
});

it('reports a limited number of different things per period', () => {
  const notices = new Notices(1000, 3);
  const flood = (nowMs: number) =>
    Array.from({ length: 10_000 }, (_, index) => notices.isDue(`${nowMs} ${index}`, nowMs)).filter(Boolean);
  expect(flood(0)).toHaveLength(3);
  expect(flood(999)).toHaveLength(0);
  expect(flood(1000)).toHaveLength(3);
});
