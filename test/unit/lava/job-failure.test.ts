import { describe, expect, it } from 'vitest';

import { explainFailure, type JobFailure } from '../../../src/lava/jobs/failure.js';
import type { LogLine } from '../../../src/lava/jobs/log.js';
import { findLogTail } from '../../../src/lava/jobs/log-tail.js';
import type { JobSummary, StoredResult } from '../../../src/lava/jobs/values.js';

const incomplete: JobSummary = {
  id: '7',
  description: 'j',
  state: 'Finished',
  health: 'Incomplete',
  deviceType: 'board',
  device: 'board-1',
  submitter: 'admin',
  submitted: null,
  started: null,
  ended: null,
  errors: null,
  revision: null,
  waitsFor: null,
};
const nothing = { errorType: null, message: null };

function lava(name: string, metadata: Readonly<Record<string, unknown>>, result = 'fail'): StoredResult {
  return { suite: 'lava', name, result, metadata };
}

function verdict(errorType: string, message: string): StoredResult {
  return lava('job', { error_type: errorType, error_msg: message });
}

function log(...lines: readonly (readonly [lvl: string, msg: unknown])[]): readonly LogLine[] {
  return lines.map(([lvl, msg]) => ({ dt: '', lvl, msg }));
}

function explain(results: readonly StoredResult[], tail: readonly LogLine[] = []): JobFailure | null {
  return explainFailure(incomplete, nothing, results, tail);
}

describe('the reason of a failed job', () => {
  it('is absent for a job that is Complete or has not ended', () => {
    expect(explainFailure({ ...incomplete, health: 'Complete' }, nothing, [], [])).toBeNull();
    expect(
      explainFailure({ ...incomplete, state: 'Running', health: 'Unknown' }, nothing, [], []),
    ).toBeNull();
  });

  it.each([
    ['our executor', "Invalid job data:\nactions[1].test.docker: not supported\nactions[2].boot: it's wrong"],
    [
      'a stock dispatcher',
      `Invalid job data: ['actions[1].test.docker: not supported', "actions[2].boot: it's wrong"]\n`,
    ],
  ])('lists every problem that %s found in the definition', (_, message) => {
    expect(explain([lava('validate', {}), verdict('Job', message)])).toMatchObject({
      errorType: 'Job',
      culprit: 'the job definition',
      action: null,
      message: 'Invalid job data',
      problems: ['actions[1].test.docker: not supported', "actions[2].boot: it's wrong"],
      hint: 'Correct these keys of the job definition, and submit the job again.',
    });
  });

  it('names the innermost action of the last attempt, what it waited for, and its console', () => {
    const failure = explain(
      [
        lava('login-action', { level: '2.4.1' }),
        lava('auto-login-action', { level: '2.4' }),
        lava('login-action', { level: '2.4.1' }),
        lava('auto-login-action', { level: '2.4' }),
        lava('uboot-action', { level: '2' }),
        lava('power-off', { level: '4.1' }, 'pass'),
        verdict('Job', 'login-action timed out after 120 seconds'),
      ],
      log(
        ['target', 'an earlier attempt'],
        ['debug', 'start: 2.4.1 login-action (timeout 00:02:00) [common]'],
        ['debug', "login-action: Wait for prompt ['login:', 'Login incorrect'] (timeout 00:02:00)"],
        ['target', 'Starting sshd'],
        ['target', 'board prompt> '],
        ['exception', 'login-action timed out after 120 seconds'],
        ['target', 'power off'],
      ),
    );
    expect(failure).toMatchObject({
      action: 'login-action (2.4.1)',
      waitingFor: "['login:', 'Login incorrect']",
      console: ['Starting sshd', 'board prompt> '],
    });
    expect(failure?.hint).toMatch(/longer timeout for login-action/);
  });

  it('prefers the error that an embedded master recorded in the job, and blames the lab for its infrastructure', () => {
    const recorded = { errorType: 'Infrastructure', message: 'pdu-reboot: exit code 1' };
    expect(explainFailure(incomplete, recorded, [verdict('Job', 'cut off')], [])).toMatchObject({
      message: 'pdu-reboot: exit code 1',
      culprit: expect.stringContaining("the lab's infrastructure") as string,
      hint: expect.stringContaining('administrators') as string,
    });
  });

  it('uses the comment of the master if no error was recorded', () => {
    const lost = { ...incomplete, errors: 'The worker lost the job.' };
    expect(explainFailure(lost, nothing, [], [])).toMatchObject({
      message: 'The worker lost the job.',
      errorType: null,
      hint: null,
    });
    const canceled = { ...incomplete, health: 'Canceled', errors: 'Canceled by admin.' };
    expect(explainFailure(canceled, nothing, [], [])).toMatchObject({
      errorType: 'Canceled',
      message: 'Canceled by admin.',
    });
  });
});

describe('the end of a log', () => {
  it.each([0, 1, 511, 512, 513, 3000, 100_000])('is found in a log of %i lines', async (lines) => {
    let asked = 0;
    const from = await findLogTail((line) => {
      asked += 1;
      return Promise.resolve(line < lines);
    });
    expect(lines - from).toBeGreaterThanOrEqual(Math.min(lines, 512));
    expect(lines - from).toBeLessThanOrEqual(1024);
    expect(asked).toBeLessThan(25);
  });
});
