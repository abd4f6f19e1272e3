import { describe, expect, test } from 'vitest';
import {
  schedule,
  type Drain,
  type QueuedJob,
  type SchedulerDevice,
  type SchedulerDeviceType,
  type SchedulerState,
  type SchedulerWorker,
} from '../../../src/scheduling/index.js';

const hourMs = 3_600_000;
const nowMs = 1_000 * hourMs;

const type: SchedulerDeviceType = {
  name: 'qemu',
  display: true,
  healthChecksDisabled: false,
  healthCheckEvery: { every: 24, unit: 'hours' },
};
const worker: SchedulerWorker = { hostname: 'w1', state: 'Online', health: 'Active', jobLimit: 0 };
const device: SchedulerDevice = {
  hostname: 'q1',
  deviceType: 'qemu',
  worker: 'w1',
  health: 'Good',
  tags: [],
  idle: true,
  hasHealthCheck: false,
  checkTimeoutMs: null,
  drain: null,
  lastHealthCheck: null,
  checkNotBeforeMs: null,
  lastJob: 0,
};
const job: QueuedJob = {
  id: 1,
  deviceType: 'qemu',
  tags: [],
  priority: 50,
  submittedMs: nowMs - 1000,
  queueDeadlineMs: null,
  timeoutMs: 600_000,
};

function decide(state: Partial<SchedulerState>) {
  return schedule({ nowMs, deviceTypes: [type], workers: [worker], devices: [device], queue: [], ...state });
}

describe('a job gets a device', () => {
  test('of its type', () => {
    const { decisions } = decide({ queue: [job] });
    expect(decisions).toEqual([{ kind: 'job', job: 1, device: 'q1' }]);
  });

  test.each<[string, Partial<SchedulerState>]>([
    ['no device has its type', { devices: [{ ...device, deviceType: 'panda' }] }],
    ['the device is busy', { devices: [{ ...device, idle: false }] }],
    ['the device is Bad', { devices: [{ ...device, health: 'Bad' }] }],
    ['the device is in Maintenance', { devices: [{ ...device, health: 'Maintenance' }] }],
    ['the device is Retired', { devices: [{ ...device, health: 'Retired' }] }],
    ['the device is Looping', { devices: [{ ...device, health: 'Looping' }] }],
    ['the device has no worker', { devices: [{ ...device, worker: null }] }],
    ['the worker is offline', { workers: [{ ...worker, state: 'Offline' }] }],
    ['the worker is in Maintenance', { workers: [{ ...worker, health: 'Maintenance' }] }],
    ['the worker is Retired', { workers: [{ ...worker, health: 'Retired' }] }],
    ['the device type is hidden', { deviceTypes: [{ ...type, display: false }] }],
    ['the device lacks a tag', { queue: [{ ...job, tags: ['usb'] }] }],
  ])('not when %s', (_why, state) => {
    expect(decide({ queue: [job], ...state }).decisions).toEqual([]);
  });

  test('without a health check, an Unknown device counts like a Good one', () => {
    const { decisions } = decide({ devices: [{ ...device, health: 'Unknown' }], queue: [job] });
    expect(decisions).toHaveLength(1);
  });

  test('by priority, then by time, then by number', () => {
    const queue = [
      { ...job, id: 4, submittedMs: nowMs - 10 },
      { ...job, id: 3, submittedMs: nowMs - 10 },
      { ...job, id: 2, submittedMs: nowMs - 20 },
      { ...job, id: 5, priority: 100 },
    ];
    const order: number[] = [];
    let waiting = queue;
    while (waiting.length > 0) {
      const [decision] = decide({ queue: waiting }).decisions;
      if (decision?.kind !== 'job') throw new Error('a job should have got the device');
      order.push(decision.job);
      waiting = waiting.filter(({ id }) => id !== decision.job);
    }
    expect(order).toEqual([5, 2, 3, 4]);
  });

  test('and leaves devices with tags to the jobs that need them', () => {
    const devices = [
      { ...device, hostname: 'a', tags: ['usb'] },
      { ...device, hostname: 'b' },
    ];
    const queue = [job, { ...job, id: 2, tags: ['usb'] }];
    expect(decide({ devices, queue }).decisions).toEqual([
      { kind: 'job', job: 1, device: 'b' },
      { kind: 'job', job: 2, device: 'a' },
    ]);
  });

  test('the one that has been idle longest', () => {
    const devices = [
      { ...device, hostname: 'a', lastJob: 9 },
      { ...device, hostname: 'b', lastJob: 3 },
    ];
    expect(decide({ devices, queue: [job] }).decisions).toEqual([{ kind: 'job', job: 1, device: 'b' }]);
  });

  test('one device gets one job', () => {
    expect(decide({ queue: [job, { ...job, id: 2 }] }).decisions).toHaveLength(1);
  });
});

describe("a worker's job limit", () => {
  const devices = ['a', 'b', 'c'].map((hostname) => ({ ...device, hostname }));
  const queue = [1, 2, 3].map((id) => ({ ...job, id }));

  test('counts jobs that are already running', () => {
    const busy = { ...device, hostname: 'z', idle: false };
    const { decisions } = decide({
      workers: [{ ...worker, jobLimit: 2 }],
      devices: [...devices, busy],
      queue,
    });
    expect(decisions).toHaveLength(1);
  });

  test('counts health checks too', () => {
    const { decisions } = decide({
      workers: [{ ...worker, jobLimit: 2 }],
      devices: devices.map((item) => ({ ...item, health: 'Unknown', hasHealthCheck: true })),
      queue,
    });
    expect(decisions.map(({ kind }) => kind)).toEqual(['health-check', 'health-check']);
  });

  test('0 means no limit', () => {
    expect(decide({ devices, queue }).decisions).toHaveLength(3);
  });
});

describe('a health check', () => {
  const checked = { ...device, hasHealthCheck: true };
  const recent = { submittedMs: nowMs - hourMs, jobsSince: 0 };

  test.each<[string, Partial<SchedulerDevice>]>([
    ['is Unknown', { health: 'Unknown', lastHealthCheck: recent }],
    ['is Looping', { health: 'Looping', lastHealthCheck: recent }],
    ['was never checked', { lastHealthCheck: null }],
    ['was checked too long ago', { lastHealthCheck: { submittedMs: nowMs - 24 * hourMs, jobsSince: 0 } }],
  ])('runs first when the device %s', (_why, difference) => {
    const { decisions } = decide({ devices: [{ ...checked, ...difference }], queue: [job] });
    expect(decisions).toEqual([{ kind: 'health-check', device: 'q1' }]);
  });

  test('does not run if the last one is recent enough, and the schedule specifies when the next is due', () => {
    const plan = decide({ devices: [{ ...checked, lastHealthCheck: recent }], queue: [job] });
    expect(plan.decisions).toEqual([{ kind: 'job', job: 1, device: 'q1' }]);
    expect(plan.nextDueMs).toBe(nowMs + 23 * hourMs);
  });

  test('runs after that many jobs if the frequency counts jobs', () => {
    const deviceTypes = [{ ...type, healthCheckEvery: { every: 3, unit: 'jobs' as const } }];
    const after = (jobsSince: number) =>
      decide({ deviceTypes, devices: [{ ...checked, lastHealthCheck: { submittedMs: 0, jobsSince } }] });
    expect(after(2).decisions).toEqual([]);
    expect(after(3).decisions).toEqual([{ kind: 'health-check', device: 'q1' }]);
  });

  test.each([
    ['an Unknown device, which runs nothing until then', 'Unknown', []],
    ['a Good device, which runs other jobs until then', 'Good', [{ kind: 'job', job: 1, device: 'q1' }]],
  ] as const)('waits after checks without a result on %s', (_what, health, decisions) => {
    const waiting = { ...checked, health, lastHealthCheck: { submittedMs: 0, jobsSince: 0 } };
    const at = (checkNotBeforeMs: number) =>
      decide({ devices: [{ ...waiting, checkNotBeforeMs }], queue: [job] });
    expect(at(nowMs + 1000)).toEqual({ decisions, waiting: [], nextDueMs: nowMs + 1000 });
    expect(at(nowMs).decisions).toEqual([{ kind: 'health-check', device: 'q1' }]);
  });

  test('does not run if it is disabled for the type', () => {
    const deviceTypes = [{ ...type, healthChecksDisabled: true }];
    const devices = [{ ...checked, health: 'Unknown' as const }];
    expect(decide({ deviceTypes, devices, queue: [job] }).decisions).toEqual([
      { kind: 'job', job: 1, device: 'q1' },
    ]);
  });

  test('waits for its worker, and so does its device', () => {
    const workers = [{ ...worker, state: 'Offline' as const }];
    expect(decide({ workers, devices: [checked], queue: [job] })).toEqual({
      decisions: [],
      waiting: [],
      nextDueMs: null,
    });
  });
});

describe('the time in the queue', () => {
  test('ends a job that no device can run', () => {
    const queue = [{ ...job, queueDeadlineMs: nowMs }];
    expect(decide({ devices: [], queue }).decisions).toEqual([{ kind: 'expire', job: 1 }]);
  });

  test('is the next due time if a job must wait', () => {
    const queue = [{ ...job, queueDeadlineMs: nowMs + 5000 }];
    expect(decide({ devices: [], queue })).toEqual({ decisions: [], waiting: [], nextDueMs: nowMs + 5000 });
  });
});

describe('a maintenance window', () => {
  const minuteMs = 60_000;
  const drain: Drain = { startMs: nowMs + 10 * minuteMs, endMs: nowMs + 60 * minuteMs, what: 'the window' };
  const drained = { ...device, drain };
  const open = { ...device, drain: { ...drain, startMs: nowMs - minuteMs } };
  const runs = (id: number, hostname = 'q1') => ({ kind: 'job', job: id, device: hostname });

  test('lets a job start that ends before it, to the millisecond', () => {
    const queue = [{ ...job, timeoutMs: 10 * minuteMs }];
    expect(decide({ devices: [drained], queue })).toEqual({
      decisions: [runs(1)],
      waiting: [],
      nextDueMs: null,
    });
    const longer = [{ ...job, timeoutMs: 10 * minuteMs + 1 }];
    expect(decide({ devices: [drained], queue: longer })).toEqual({
      decisions: [],
      waiting: [{ job: 1, for: drain }],
      nextDueMs: drain.endMs,
    });
  });

  test('lets nothing start while it is open, and everything when it has ended', () => {
    const queue = [{ ...job, timeoutMs: 1 }];
    expect(decide({ devices: [open], queue }).decisions).toEqual([]);
    const next = { ...drain, startMs: nowMs + 100 * hourMs, endMs: nowMs + 101 * hourMs };
    expect(decide({ devices: [{ ...device, drain: next }], queue }).decisions).toEqual([runs(1)]);
  });

  test('lets shorter jobs pass longer ones that wait', () => {
    const queue = [
      { ...job, id: 1, priority: 100, timeoutMs: hourMs },
      { ...job, id: 2, timeoutMs: minuteMs },
    ];
    const { decisions, waiting } = decide({ devices: [drained], queue });
    expect(decisions).toEqual([runs(2)]);
    expect(waiting).toEqual([{ job: 1, for: drain }]);
  });

  test('of one device sends a job to another one, also one that is less suitable', () => {
    const other = { ...device, hostname: 'q2', tags: ['usb'] };
    const queue = [{ ...job, timeoutMs: hourMs }];
    const { decisions, waiting, nextDueMs } = decide({ devices: [drained, other], queue });
    expect({ decisions, waiting, nextDueMs }).toEqual({
      decisions: [runs(1, 'q2')],
      waiting: [],
      nextDueMs: null,
    });
  });

  test('that ends first is the one that a job waits for', () => {
    const later = { ...drain, endMs: drain.endMs + hourMs, what: 'a longer window' };
    const devices = [
      { ...drained, hostname: 'a', drain: later },
      { ...drained, hostname: 'b' },
    ];
    const queue = [{ ...job, timeoutMs: hourMs, queueDeadlineMs: nowMs + 2 * hourMs }];
    const { waiting, nextDueMs } = decide({ devices, queue });
    expect(waiting).toEqual([{ job: 1, for: drain }]);
    expect(nextDueMs).toBe(drain.endMs);
  });

  test('is not what a job waits for if its devices are busy, offline or of another kind', () => {
    const queue = [{ ...job, timeoutMs: hourMs, tags: ['usb'] }];
    const usb = { ...drained, tags: ['usb'] };
    expect(decide({ devices: [drained], queue }).waiting).toEqual([]);
    expect(decide({ devices: [{ ...usb, idle: false }], queue }).waiting).toEqual([]);
    const workers = [{ ...worker, state: 'Offline' as const }];
    expect(decide({ workers, devices: [usb], queue }).waiting).toEqual([]);
    expect(decide({ devices: [usb], queue }).waiting).toHaveLength(1);
  });

  test('holds health checks, and the jobs that wait for them', () => {
    const due = { ...drained, health: 'Unknown' as const, hasHealthCheck: true };
    const queue = [{ ...job, timeoutMs: minuteMs }];
    const check = { kind: 'health-check', device: 'q1' };
    const at = (checkTimeoutMs: number | null) => decide({ devices: [{ ...due, checkTimeoutMs }], queue });
    expect(at(10 * minuteMs).decisions).toEqual([check]);
    expect(at(11 * minuteMs)).toEqual({
      decisions: [],
      waiting: [{ job: 1, for: drain }],
      nextDueMs: drain.endMs,
    });
    // Its length is found out when it is about to start.
    expect(at(null).decisions).toEqual([check]);
    const opened = { ...due, drain: open.drain, checkTimeoutMs: null };
    expect(decide({ devices: [opened] })).toEqual({ decisions: [], waiting: [], nextDueMs: drain.endMs });
  });

  test('does not stop jobs whose length is unknown before it opens', () => {
    const queue = [{ ...job, timeoutMs: null }];
    expect(decide({ devices: [drained], queue }).decisions).toEqual([runs(1)]);
    expect(decide({ devices: [open], queue }).decisions).toEqual([]);
  });
});
