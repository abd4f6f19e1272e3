import { expect, test } from 'vitest';
import {
  checkDelayMs,
  healthAfter,
  isVerdict,
  type BoardReport,
} from '../../../../src/master/jobs/board-health.js';

const complete: BoardReport = {
  ...{ isHealthCheck: false, isComplete: true, isCanceled: false, isReported: true, errorType: null },
};
const failed = (errorType: string) => ({ ...complete, isComplete: false, errorType });
const canceled = { ...complete, isComplete: false, isCanceled: true };
const lost = { ...failed('Infrastructure'), isReported: false };

/** The table of docs/master.md: each end of a job, and the health of a Good, an Unknown and a Bad device after it. */
const ends: readonly (readonly [string, BoardReport, string, string])[] = [
  ['complete', complete, 'Good Unknown Bad', 'Good Good Good'],
  ['failed, error type Test', failed('Test'), 'Good Unknown Bad', 'Bad Bad Bad'],
  ['failed, error type Job', failed('Job'), 'Good Unknown Bad', 'Bad Bad Bad'],
  ['failed, error type Infrastructure', failed('Infrastructure'), 'Unknown Unknown Unknown', 'Bad Bad Bad'],
  ['failed, error type Configuration', failed('Configuration'), 'Unknown Unknown Unknown', 'Bad Bad Bad'],
  ['failed, error type Bug', failed('Bug'), 'Unknown Unknown Unknown', 'Bad Bad Bad'],
  ['canceled by an operator', canceled, 'Good Unknown Bad', 'Good Unknown Bad'],
  [
    'canceled by its worker',
    { ...failed('Canceled'), isCanceled: true },
    'Good Unknown Bad',
    'Good Unknown Bad',
  ],
  ['without a result of the executor', lost, 'Unknown Unknown Unknown', 'Unknown Unknown Bad'],
];
const devices = ['Good', 'Unknown', 'Bad'] as const;

test.each(ends)('%s', (_end, report, afterJob, afterCheck) => {
  const after = (isHealthCheck: boolean) =>
    devices.map((health) => healthAfter(health, { ...report, isHealthCheck })).join(' ');
  expect(after(false)).toBe(afterJob);
  expect(after(true)).toBe(afterCheck);
  for (const health of ['Looping', 'Maintenance', 'Retired'] as const) {
    for (const isHealthCheck of [false, true]) {
      expect(healthAfter(health, { ...report, isHealthCheck })).toBe(health);
    }
  }
});

test('only the result of an executor is the result of a health check', () => {
  const verdicts = ends.filter(([, report]) => isVerdict({ ...report, isHealthCheck: true }));
  expect(verdicts.map(([end]) => end).join()).not.toMatch(/canceled|without/);
  expect(verdicts).toHaveLength(6);
});

test('health checks without a result wait longer and longer, up to ten minutes', () => {
  expect([1, 2, 3, 4, 8, 9, 5000].map((count) => checkDelayMs(count) / 1000)).toEqual([
    0, 10, 20, 40, 600, 600, 600,
  ]);
});
