import { afterEach, describe, expect, test, vi } from 'vitest';

import type { MasterRequest } from '../../../src/controller/index.js';
import type { MaintenanceWindow, Suspension } from '../../../src/model/index.js';
import { memorySource } from '../../support/lab/memory-source.js';
import { eventually } from '../../support/until.js';
import { done, failure, labOf, silentLog, start, stopAll } from './support.js';

afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
  vi.clearAllMocks();
});

const suspension: Suspension = {
  master: 'a',
  owner: '@keeper',
  reason: 'moving the racks',
  since: '2026-12-01T08:00:00.000Z',
  until: '2026-12-02T08:00:00.000Z',
};

describe('a suspended master', () => {
  test('is shown, and reconciled at the end without any other trigger', async () => {
    let now = new Date(Date.parse(suspension.until) - 20);
    const isOver = () => now.getTime() >= Date.parse(suspension.until);
    const controller = await start({
      source: memorySource('one'),
      schedule: '0 0 29 2 *',
      now: () => now,
      reconcile({ onSuspension, onSuspensionEnd }: MasterRequest) {
        onSuspension?.(isOver() ? null : suspension);
        if (isOver()) onSuspensionEnd?.(suspension);
        return Promise.resolve({ ...done, outcome: isOver() ? 'done' : 'suspended' } as const);
      },
    });
    await eventually(() => {
      expect(controller.status().masters.a).toMatchObject({
        state: 'suspended',
        suspension,
        lastApplied: null,
      });
    });
    now = new Date(suspension.until);
    await eventually(() => {
      expect(controller.status().masters.a).toMatchObject({ state: 'idle', suspension: null });
    });
    expect(controller.status().masters.a?.lastApplied?.revision).toBe('one');
    const ended = silentLog.info.mock.calls.filter(([, message]) => message === 'suspension ended');
    expect(ended).toHaveLength(1);
  });

  test('is shown even if the master cannot be reached', async () => {
    const controller = await start({
      source: memorySource('one'),
      now: () => new Date(suspension.since),
      reconcile({ onSuspension }: MasterRequest) {
        onSuspension?.(suspension);
        return Promise.reject(failure('after-change'));
      },
    });
    await eventually(() => {
      expect(controller.status().masters.a).toMatchObject({ state: 'failed', suspension });
    });
  });
});

test('a run starts when a maintenance window opens and when it closes', async () => {
  const window: MaintenanceWindow = {
    ...{ timeZone: 'UTC', days: ['tuesday'], from: '12:00', to: '13:00' },
    ...{ rule: 'denied', of: 'site here', reason: null },
  };
  let now = new Date('2026-12-01T11:59:59.980Z');
  const runs: string[] = [];
  const controller = await start({
    source: memorySource('one'),
    schedule: '0 0 29 2 *',
    now: () => now,
    read({ revision }) {
      const lab = labOf('a');
      const desired = new Map(
        [...lab.desired].map(([name, one]) => [
          name,
          { ...one, windows: new Map([['worker/w1' as const, [window]]]) },
        ]),
      );
      return Promise.resolve({ revision, lab: { ...lab, desired }, findings: [] });
    },
    reconcile() {
      runs.push(now.toISOString());
      return Promise.resolve({ ...done, waiting: runs.length === 2 ? ['worker/w1: not now'] : [] });
    },
  });
  const untilRuns = (count: number) =>
    eventually(() => {
      expect(runs).toHaveLength(count);
      expect(controller.status().masters.a?.state).toBe('idle');
    });
  await untilRuns(1);
  expect(controller.status().masters.a?.nextWindowAt).toBe('2026-12-01T12:00:00.000Z');
  now = new Date('2026-12-01T12:59:59.980Z');
  await untilRuns(2);
  expect(controller.status().masters.a).toMatchObject({
    nextWindowAt: '2026-12-01T13:00:00.000Z',
    waiting: ['worker/w1: not now'],
  });
  now = new Date('2026-12-01T13:00:00Z');
  await untilRuns(3);
  expect(controller.status().masters.a).toMatchObject({
    nextWindowAt: '2026-12-08T12:00:00.000Z',
    waiting: [],
  });
});
