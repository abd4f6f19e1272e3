import { describe, expect, test } from 'vitest';

import {
  badForAReason,
  endsCanceled,
  endsOnce,
  hasAllTicks,
  hasOneResult,
  honoursCancel,
  keepsJobs,
  keepsLog,
  offOrInUse,
  oneExecutorPerBoard,
  oneJobPerBoard,
  type DeviceFact,
  type JobFact,
} from '../../bench/soak/invariants.js';

function job(id: number, more: Partial<JobFact> = {}): JobFact {
  return {
    id,
    state: 'Running',
    health: 'Unknown',
    device: 'board-1',
    isHealthCheck: false,
    errorType: null,
    errorMessage: null,
    endTime: null,
    ...more,
  };
}

function device(more: Partial<DeviceFact> = {}): DeviceFact {
  return { name: 'board-1', state: 'Idle', health: 'Good', reason: null, currentJob: null, ...more };
}

const complete = job(1, { state: 'Finished', health: 'Complete', endTime: 'then' });

function ticks(...numbers: readonly number[]): string[] {
  return numbers.map((number) => `- {"dt": "x", "lvl": "target", "msg": "tick ${number} of 3"}`);
}

describe('each invariant of a soak run can fail', () => {
  test('one job per board', () => {
    expect(oneJobPerBoard([job(1), job(2, { device: 'board-2' }), job(3, { state: 'Finished' })])).toEqual(
      [],
    );
    expect(oneJobPerBoard([job(1), job(2, { state: 'Scheduled' })])).toEqual([
      'board-1 has 2 jobs at the same time: 1, 2',
    ]);
  });

  test('one executor per board', () => {
    const devices = new Map([
      [1, 'board-1'],
      [2, 'board-2'],
      [3, 'board-1'],
    ]);
    const check = (...jobs: readonly number[]) =>
      oneExecutorPerBoard(
        jobs.map((id) => ({ pid: 100 + id, job: id })),
        (id) => devices.get(id) ?? null,
      );
    expect(check(1, 2, 4, 5)).toEqual([]);
    expect(check(1, 2, 3)).toEqual(['2 executors use board-1: job 1 (101), job 3 (103)']);
  });

  test('a job ends once', () => {
    expect(endsOnce(complete, complete)).toEqual([]);
    expect(endsOnce(complete, { ...complete, health: 'Incomplete' })).toEqual([
      'job 1 had ended, and its health changed from Complete to Incomplete',
    ]);
    expect(endsOnce(complete, { ...complete, state: 'Running', endTime: null })).toHaveLength(2);
  });

  test('a job has one result', () => {
    expect(hasOneResult(complete, ['lava/validate', 'lava/job'])).toEqual([]);
    expect(hasOneResult(complete, ['lava/job', 'lava/job'])).toEqual(['job 1 has 2 results lava/job']);
  });

  test('acknowledged jobs are kept', () => {
    expect(keepsJobs([1, 2], new Set([1, 2, 3]))).toEqual([]);
    expect(keepsJobs([1, 2], new Set([1]))).toEqual(['jobs were acknowledged and are lost: 2']);
  });

  test('lines that were read once are kept', () => {
    expect(keepsLog(1, ['a', 'b'], ['a', 'b', 'c'])).toEqual([]);
    expect(keepsLog(1, ['a', 'b'], ['a', 'c'])).toEqual(['the log of job 1 changed in line 1: c']);
    expect(keepsLog(1, ['a', 'b'], ['a'])).toEqual(['the log of job 1 changed in line 1: the line is gone']);
  });

  test('the log of a Complete job is whole', () => {
    expect(hasAllTicks(complete, 'pass', 3, ticks(1, 2, 3))).toEqual([]);
    expect(hasAllTicks({ ...complete, health: 'Incomplete' }, 'pass', 3, [])).toEqual([]);
    for (const wrong of [ticks(1, 3), ticks(1, 2, 2, 3), ticks(1, 3, 2)]) {
      expect(hasAllTicks(complete, 'pass', 3, wrong)).toHaveLength(1);
    }
    expect(hasAllTicks(complete, 'timeout', 3, ticks(1, 2, 3))).toEqual([
      'job 1 is Complete, but a job of the kind timeout cannot be',
    ]);
  });

  test('an acknowledged cancellation has an effect', () => {
    expect(honoursCancel(job(1, { state: 'Canceling' }))).toEqual([]);
    expect(honoursCancel(complete)).toEqual([]);
    expect(honoursCancel(job(1))).toEqual(['job 1 was canceled, and is Running']);
    expect(endsCanceled({ ...complete, health: 'Canceled' })).toEqual([]);
    expect(endsCanceled(complete)).toEqual(['job 1 was being canceled, and ended Complete']);
  });

  test('a board is off or in use', () => {
    const idle = { isOn: true, before: device(), after: device(), wasUsed: false };
    expect(offOrInUse(idle)).toEqual(['board-1 is on and not in use (health Good: no reason)']);
    expect(offOrInUse({ ...idle, isOn: false })).toEqual([]);
    expect(offOrInUse({ ...idle, wasUsed: true })).toEqual([]);
    expect(offOrInUse({ ...idle, before: device({ state: 'Running' }) })).toEqual([]);
    expect(offOrInUse({ ...idle, after: device({ health: 'Bad' }) })).toEqual([]);
  });

  test('no board is Bad because a part was killed or stopped', () => {
    const bad = device({ health: 'Bad', reason: 'job 1 ended Incomplete: Infrastructure' });
    const failed = job(1, { state: 'Finished', health: 'Incomplete', isHealthCheck: true });
    expect(badForAReason(device(), failed, [])).toEqual([]);
    expect(badForAReason(bad, failed, [{ kind: 'kill', subject: 'boards' }])).toEqual([]);
    expect(badForAReason(bad, failed, [{ kind: 'disk', subject: 'soak-worker-1' }])).toEqual([]);
    expect(badForAReason(bad, failed, [])).toHaveLength(1);
    expect(badForAReason(bad, failed, [{ kind: 'stop', subject: 'soak-worker-1' }])).toEqual([
      'board-1 is Bad (job 1 ended Incomplete: Infrastructure); during its last job: stop soak-worker-1',
    ]);
    const canceled = { ...failed, health: 'Canceled' };
    expect(badForAReason(bad, canceled, [{ kind: 'kill', subject: 'boards' }])).toHaveLength(1);
    const on = { ...bad, reason: 'job 5 could not power it off' };
    expect(badForAReason(on, canceled, [{ kind: 'kill', subject: 'boards' }])).toEqual([]);
    expect(badForAReason(on, canceled, [{ kind: 'stop', subject: 'soak-worker-1' }])).toHaveLength(1);
  });
});
