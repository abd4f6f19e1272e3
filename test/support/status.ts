import type { ControllerStatus, MasterStatus } from '../../src/controller/index.js';

/** When the statuses of the tests were made. */
export const statusTime = new Date('2026-01-31T12:01:00.000Z');

/** A master with which all is well. */
export function masterStatus(changes: Partial<MasterStatus> = {}): MasterStatus {
  return {
    state: 'idle',
    since: '2026-01-31T10:00:00.000Z',
    url: 'https://lava.example.org',
    revision: 'r2',
    lastApplied: { revision: 'r2', at: '2026-01-31T12:00:10.000Z' },
    unconfirmedSince: null,
    counts: null,
    drift: [],
    driftSince: {},
    contested: [],
    waiting: [],
    nextWindowAt: null,
    problems: [],
    suspension: null,
    error: null,
    nextTryAt: null,
    ...changes,
  };
}

export function controllerStatus(changes: Partial<ControllerStatus> = {}): ControllerStatus {
  return {
    repository: 'https://git.example.org/boards/lab-config.git',
    state: 'ok',
    since: '2026-01-31T09:00:00.000Z',
    revision: 'r2',
    findings: [],
    error: null,
    schedule: { lastAt: '2026-01-31T12:00:00.000Z', nextAt: '2026-01-31T12:05:00.000Z' },
    masters: { main: masterStatus() },
    ...changes,
  };
}
