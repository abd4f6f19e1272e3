import { expect, test } from 'vitest';

import type { Disturbance } from '../../bench/soak/plan.js';
import { formatReport } from '../../bench/soak/report.js';

test('the figures of a soak run', () => {
  const step = (number: number, disturbances: readonly Disturbance[]) => ({
    number,
    pauseMs: 0,
    disturbances,
  });
  const lines = formatReport(
    [
      {
        step: step(1, [
          { kind: 'kill', part: 'master', restartAfterMs: 1 },
          { kind: 'edit', board: 0 },
        ]),
        recoveryMs: 2500,
      },
      { step: step(2, [{ kind: 'kill-at-write', afterMs: 1, restartAfterMs: 1 }]), recoveryMs: 500 },
    ],
    {
      seconds: 600,
      requests: 10,
      unanswered: 2,
      lines: 30,
      looks: 4,
      jobs: [
        { kind: 'pass', health: 'Complete' },
        { kind: 'fail', health: 'Incomplete' },
      ],
      ownEnds: [{ part: 'master', how: 'exit code 1' }],
    },
  );
  expect(lines).toEqual([
    'duration: 10 minutes, 2 steps, 3 disturbances',
    'disturbances: edit 1, kill 1, kill-at-write 1',
    'SIGKILL: master 2',
    'jobs: 2; Complete 1, Incomplete 1',
    'jobs by kind: fail Incomplete 1, pass Complete 1',
    'parts that ended by themselves: master (exit code 1) 1',
    'recovery: longest 2.5 s (kill and edit), median 2.5 s',
    'requests: 10 (2 submissions without an answer); log lines compared: 30; looks: 4',
  ]);
});
