import { afterEach, describe, expect, test, vi } from 'vitest';

import { createAlarm } from '../../../src/clock/index.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('an alarm', () => {
  function setAt(at: string) {
    vi.useFakeTimers({ now: new Date('2026-12-01T00:00:00Z') });
    const ring = vi.fn();
    const clock = { aheadMs: 0 };
    const alarm = createAlarm(() => new Date(Date.now() + clock.aheadMs), ring);
    alarm.set(at);
    return { alarm, ring, clock };
  }

  test('rings once at its time', () => {
    const { ring } = setAt('2026-12-01T02:00:00Z');
    vi.advanceTimersByTime(2 * 60 * 60_000 - 1);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60 * 60_000);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  test('rings within half a minute after the clock was set past its time, or the machine slept', () => {
    const { ring, clock } = setAt('2026-12-05T00:00:00Z');
    vi.advanceTimersByTime(60_000);
    clock.aheadMs = 10 * 24 * 60 * 60_000;
    vi.advanceTimersByTime(30_000);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  test('does not ring early when the clock is set back', () => {
    const { ring, clock } = setAt('2026-12-01T00:01:00Z');
    clock.aheadMs = -60_000;
    vi.advanceTimersByTime(60_000);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(ring).toHaveBeenCalledTimes(1);
  });

  test('does not ring when it was unset or stopped', () => {
    for (const end of ['set', 'stop'] as const) {
      const { alarm, ring } = setAt('2026-12-01T00:01:00Z');
      if (end === 'set') alarm.set(null);
      else alarm.stop();
      if (end === 'stop') alarm.set('2026-12-01T00:00:30Z');
      vi.advanceTimersByTime(120_000);
      expect(ring).not.toHaveBeenCalled();
    }
  });
});
