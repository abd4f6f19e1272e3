import { describe, expect, it } from 'vitest';
import { judgeExecutor, type Watched } from '../../../src/dispatcher/watchdog/judge-executor.js';
import { formatStage, noStage, parseStage } from '../../../src/job/index.js';

const settings = { termAgainAfterMs: 60_000, killAfterMs: 120_000, graceMs: 15_000 };
const running: Watched = {
  stage: { name: 'running', sinceMs: 1_000_000, limitMs: 60_000 },
  startedMs: 900_000,
  canceledMs: null,
  isKillRequested: false,
};

function judge(changes: Partial<Watched>, nowMs: number) {
  return judgeExecutor({ ...running, ...changes }, settings, nowMs);
}

describe('an executor', () => {
  it('has its own limit and the grace', () => {
    expect(judge({}, 1_075_000)).toEqual({ kind: 'wait' });
    expect(judge({}, 1_075_001)).toMatchObject({
      kind: 'kill',
      errorType: 'Infrastructure',
      message: expect.stringMatching(/^The job did not end within 60 seconds/) as string,
      isTimeout: true,
    });
  });

  it('has a minute and the grace to announce a stage', () => {
    expect(judge({ stage: null }, 975_000)).toEqual({ kind: 'wait' });
    expect(judge({ stage: null }, 975_001)).toMatchObject({ kind: 'kill', isTimeout: false });
  });

  it('gets SIGTERM twice after a cancellation, and is then killed', () => {
    const canceledMs = 1_000_000;
    const stage = { ...running.stage, name: 'running', sinceMs: 1_000_000, limitMs: 1_000_000 } as const;
    expect(judge({ stage, canceledMs }, 1_000_000)).toEqual({ kind: 'terminate', times: 1 });
    expect(judge({ stage, canceledMs }, 1_060_000)).toEqual({ kind: 'terminate', times: 2 });
    expect(judge({ stage, canceledMs }, 1_120_000)).toMatchObject({ kind: 'kill', errorType: 'Canceled' });
    expect(judge({ stage, isKillRequested: true }, 1_000_000)).toMatchObject({ kind: 'kill' });
  });

  it('that is ending gets no first SIGTERM, which would cancel its clean-up', () => {
    const stage = { name: 'finalizing', sinceMs: 1_000_000, limitMs: 360_000 } as const;
    expect(judge({ stage, canceledMs: 1_000_000 }, 1_000_100)).toEqual({ kind: 'wait' });
    expect(judge({ stage, canceledMs: 1_000_000 }, 1_060_000)).toEqual({ kind: 'terminate', times: 2 });
  });
});

describe('the file of the stage', () => {
  it('always has the same size, so that a full disk does not prevent the next stage', () => {
    const first = formatStage({ name: 'validating', sinceMs: 1.5, limitMs: 60_000 });
    const last = formatStage({ name: 'finalizing', sinceMs: 2 ** 50, limitMs: 2 ** 50 });
    expect(new Set([first.length, last.length, noStage.length])).toEqual(new Set([64]));
    expect(parseStage(first)).toEqual({ name: 'validating', sinceMs: 2, limitMs: 60_000 });
    expect(parseStage(last)).toEqual({ name: 'finalizing', sinceMs: 2 ** 50, limitMs: 2 ** 50 });
  });

  it('is empty until the executor announces a stage', () => {
    for (const text of ['', noStage, 'running 1', 'sleeping 1 2', 'running 1 x'])
      expect(parseStage(text)).toBeNull();
  });
});
