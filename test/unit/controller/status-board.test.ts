import { expect, test } from 'vitest';
import { confirmationDueAt } from '../../../src/controller/index.js';
import { StatusBoard } from '../../../src/controller/status-board.js';

test('a master is due some minutes after the first comparison that did not confirm it', () => {
  const clock = { now: '2026-01-31T12:00:00.000Z' };
  const board = new StatusBoard(
    '/lab',
    () => new Date(clock.now),
    () => undefined,
  );
  const at = (now: string) => (clock.now = now);
  const due = () => {
    const { schedule, masters } = board.current();
    const { main } = masters;
    return main === undefined ? undefined : confirmationDueAt(schedule, main);
  };
  const confirm = () => {
    board.setMaster('main', { lastApplied: { revision: 'r1', at: clock.now } });
  };
  board.setSchedule(new Date('2026-01-31T12:10:00.000Z'));
  expect(board.current().schedule).toEqual({ lastAt: clock.now, nextAt: '2026-01-31T12:10:00.000Z' });
  board.setMaster('main', { state: 'reconciling' });
  expect(due()).toBe('2026-01-31T12:05:00.000Z');
  at('2026-01-31T12:00:20.000Z');
  confirm();
  expect(due()).toBe('2026-01-31T12:15:00.000Z');
  // It cannot be reached from now on: the schedule does not postpone that it is late.
  for (const minute of [10, 20, 30]) {
    at(`2026-01-31T12:${minute}:00.000Z`);
    board.setSchedule(new Date(`2026-01-31T12:${minute + 10}:00.000Z`));
    board.setMaster('main', { state: 'waiting' });
    expect(due()).toBe('2026-01-31T12:15:00.000Z');
  }
  confirm();
  expect(due()).toBe('2026-01-31T12:45:00.000Z');
  board.setSchedule(null);
  confirm();
  expect(due()).toBe(null);
  board.setMaster('main', { state: 'off' });
  expect(due()).toBe(null);
});
