import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { isDead, isLockOwner, thisProcess, type LockOwner } from '../../../src/host/index.js';

const me = thisProcess();
const gone = spawnSync('true').pid;

it.each<[string, LockOwner, boolean]>([
  ['a living process', me, false],
  ['a process that has ended', { ...me, pid: gone }, true],
  ['a process whose number another one has now', { ...me, startTime: `${me.startTime}1` }, true],
  ['a living process of unknown age', { ...me, startTime: '' }, false],
  ['an ended process of another host', { ...me, pid: gone, host: 'elsewhere' }, false],
  ['an ended process of another container', { ...me, pid: gone, space: 'elsewhere' }, false],
])('%s is taken for what it is', (_what, owner, expected) => {
  expect(isDead(owner)).toBe(expected);
});

it.each([0, -1, 1.5, Infinity, '1'])('%s is not the number of a process', (pid) => {
  expect(isLockOwner({ ...me, pid })).toBe(false);
  expect(isLockOwner(me)).toBe(true);
});
