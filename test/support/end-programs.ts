import { afterEach, beforeEach } from 'vitest';

import { runningPrograms } from './cli/run.js';

/**
 * Vitest's setup file: what a failed test started and did not end is killed, because it would slow down the tests after
 * it until they fail too. What a test that passed leaves behind is a leak, which the run reports.
 */
let before: ReadonlySet<unknown> = new Set();

beforeEach(() => {
  before = new Set(runningPrograms());
});

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const child of runningPrograms()) {
    if (before.has(child) || child.pid === undefined) continue;
    // The parts of `lavaflow up` end when it does.
    child.kill('SIGKILL');
  }
});
