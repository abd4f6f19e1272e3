import { expect, it } from 'vitest';
import { Notices } from '../../../../src/master/workers/notices.js';

it('reports something once per period, and remembers a limited number of reports', () => {
  const notices = new Notices(1000, 2);
  expect([0, 999, 1000, 1500].map((nowMs) => notices.isDue('a', nowMs))).toEqual([true, false, true, false]);
  expect(['b', 'c'].map((key) => notices.isDue(key, 1500))).toEqual([true, true]);
  expect(notices.isDue('a', 1500)).toBe(true);
});
