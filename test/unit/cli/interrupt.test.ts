import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createInterrupt } from '../../../src/cli/interrupt.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

describe('an interrupt', () => {
  let before: readonly (readonly [(typeof signals)[number], NodeJS.SignalsListener[]])[];
  beforeEach(() => {
    before = signals.map((signal) => [signal, process.listeners(signal)]);
    for (const signal of signals) process.removeAllListeners(signal);
  });
  afterEach(() => {
    for (const [signal, listeners] of before) {
      process.removeAllListeners(signal);
      for (const listener of listeners) process.on(signal, listener);
    }
  });

  it('leaves Ctrl-C unchanged until there is something to clean up', () => {
    createInterrupt('look');
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual([0, 0]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'aborts the work at the first %s, and leaves the second one to the process',
    (signal, exitCode) => {
      const interrupt = createInterrupt('look');
      interrupt.arm();
      process.emit(signal, signal);
      expect(interrupt.signal.reason).toMatchObject({
        message: 'interrupted before the end',
        hint: 'look',
        exitCode,
      });
      expect(process.listenerCount(signal)).toBe(0);
    },
  );
});
