/** What the server accepts, the dispatcher reads with the same durations. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readJob, type Job } from '../../../src/job/index.js';

const amount = fc.oneof(
  fc.integer({ min: -1, max: 100 }),
  fc.constantFrom(1.5, 0, '3', true, null, 1e300, Number.MAX_SAFE_INTEGER),
);
const unit = fc.constantFrom('days', 'hours', 'minutes', 'seconds', 'skip', 'weeks');
const units = fc.constantFrom('days', 'hours', 'minutes', 'seconds');
const timeout = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(units, fc.integer({ min: 1, max: 90 })).map(([key, value]) => ({ [key]: value })),
  },
  { weight: 1, arbitrary: fc.dictionary(unit, amount, { maxKeys: 3 }) },
);
const names = fc.constantFrom('login-action', 'power-off', 'x');
const group = fc.dictionary(names, timeout, { maxKeys: 2 });
const optional = { requiredKeys: ['job' as const] };

const job = fc.record({
  job_name: fc.constant('j'),
  device_type: fc.constant('board'),
  visibility: fc.constant('public'),
  timeouts: fc.record(
    {
      job: fc.oneof({ weight: 1, arbitrary: timeout }, { weight: 9, arbitrary: fc.constant({ days: 90 }) }),
      action: timeout,
      connection: timeout,
      queue: timeout,
      actions: group,
      connections: group,
    },
    optional,
  ),
  actions: fc.array(
    timeout.map((limit) => ({ boot: { method: 'minimal', timeout: limit } })),
    { maxLength: 3 },
  ),
});

test('whatever the server accepts, the dispatcher reads the same durations from', () => {
  let accepted = 0;
  fc.assert(
    fc.property(job, (value) => {
      const text = JSON.stringify(value);
      const server = readJob(text, { for: 'server' });
      if (!server.ok) return;
      accepted += 1;
      const dispatcher = readJob(text, { for: 'dispatcher' });
      expect(dispatcher.ok ? [] : dispatcher.problems).toEqual([]);
      expect(dispatcher.ok && dispatcher.job.timeouts).toEqual(server.job.timeouts);
      expect(readJob(text, { for: 'health-check' }).ok).toBe(true);
      expect(dispatcher.ok && blockTimeouts(dispatcher.job)).toEqual(
        value.actions.map(({ boot }) => jobMsOf(boot.timeout)),
      );
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(100);
});

function blockTimeouts({ blocks }: Job): (number | undefined)[] {
  return blocks.map((block) => (block.kind === 'other' ? undefined : block.timeoutMs));
}

/** The duration that the server reads from the same timeout. */
function jobMsOf(limit: unknown): number | undefined {
  const text = JSON.stringify({
    job_name: 'j',
    device_type: 'board',
    visibility: 'public',
    timeouts: { job: limit },
    actions: [],
  });
  const read = readJob(text, { for: 'server' });
  return read.ok ? read.job.timeouts.jobMs : undefined;
}
