import { expect, it, vi } from 'vitest';

import { followLog } from '../../../src/app/jobs/follow.js';
import type { JobsClient, JobSummary } from '../../../src/lava/index.js';

const job = { state: 'Submitted', waitsFor: null } as JobSummary;

it('a job that waits for a maintenance window reports it once, and again when that changes', async () => {
  vi.useFakeTimers();
  try {
    const waits = [null, 'this window', 'this window', 'another window', null];
    const states = [...waits.map((waitsFor) => ({ ...job, waitsFor })), { ...job, state: 'Finished' }];
    const client = {
      show: () => Promise.resolve(states.shift()),
      log: () => Promise.resolve({ lines: [], next: 0 }),
    } as unknown as JobsClient;
    const told: string[] = [];
    const feedback = {
      onLines: () => undefined,
      onWaits: (waitsFor: string) => told.push(waitsFor),
      onAway: () => undefined,
      isRead: () => true,
    };
    const following = followLog(client, '1', feedback);
    await vi.runAllTimersAsync();
    await following;
    expect(told).toEqual(['this window', 'another window']);
  } finally {
    vi.useRealTimers();
  }
});
