import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RunningBoard } from '../../../src/board/daemon/running-board.js';

let printed: string;
let hasConsole: boolean;
let board: RunningBoard;

beforeEach(() => {
  vi.useFakeTimers();
  printed = '';
  hasConsole = false;
  board = new RunningBoard(
    'b1',
    (bytes) => (printed += bytes.toString('latin1')),
    () => hasConsole,
  );
});
afterEach(() => {
  board.stop();
  vi.useRealTimers();
});

describe('a board that is switched on before its console is open', () => {
  it('prints nothing until then, so that the console shows everything', () => {
    board.command({ kind: 'power', action: 'reset' });
    vi.advanceTimersByTime(4000);
    expect(printed).toBe('');
    hasConsole = true;
    vi.advanceTimersByTime(3000);
    expect(printed).toContain('Hit any key to stop autoboot');
  });

  it('does not wait for longer than five seconds', () => {
    board.command({ kind: 'power', action: 'on' });
    vi.advanceTimersByTime(8000);
    expect(printed).toContain('Hit any key to stop autoboot');
  });

  it('stays off when it is switched off meanwhile', () => {
    board.command({ kind: 'power', action: 'on' });
    board.command({ kind: 'power', action: 'off' });
    hasConsole = true;
    vi.advanceTimersByTime(20_000);
    expect(printed).toBe('');
  });
});
