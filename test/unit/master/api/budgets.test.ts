import { expect, test } from 'vitest';
import { Budgets } from '../../../../src/master/api/admission/budgets.js';

function budgetsAt(start: number, mostClients?: number) {
  const clock = { nowMs: start };
  return { clock, budgets: new Budgets({ most: 3, perSecond: 2 }, () => clock.nowMs, mostClients) };
}

test('a client may spend what it saved, and then what it earns', () => {
  const { clock, budgets } = budgetsAt(5000);
  expect([1, 2, 3, 4].map(() => budgets.spend('a'))).toEqual([0, 0, 0, 1]);
  expect(budgets.spend('b')).toBe(0);
  clock.nowMs += 500;
  expect([budgets.spend('a'), budgets.spend('a')]).toEqual([0, 1]);
  clock.nowMs += 3_600_000;
  expect([1, 2, 3, 4].map(() => budgets.spend('a'))).toEqual([0, 0, 0, 1]);
});

test('work that was more expensive is paid back before the next request, within limits', () => {
  const { clock, budgets } = budgetsAt(0);
  budgets.charge('a', 5);
  expect(budgets.spend('a')).toBe(2);
  budgets.charge('a', 1_000_000);
  expect(budgets.spend('a')).toBe(2);
  clock.nowMs += 2000;
  expect(budgets.spend('a')).toBe(0);
});

test('the number of remembered clients is limited', () => {
  const { budgets } = budgetsAt(0, 2);
  for (const client of ['a', 'a', 'a', 'b', 'a']) budgets.spend(client);
  expect(budgets.spend('a')).toBe(1);
  budgets.spend('c');
  budgets.spend('d');
  // Forgotten, which gives it a full budget.
  expect(budgets.spend('a')).toBe(0);
});
