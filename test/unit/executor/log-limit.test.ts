import { expect, it } from 'vitest';
import { LogLimit } from '../../../src/executor/log/log-limit.js';
import { readWorkerSettings } from '../../../src/job/index.js';

function limitOf(yaml: string) {
  const read = readWorkerSettings(`lavaflow: {limits: {${yaml}}}`);
  if (!read.ok) throw new Error(read.problem);
  const messages: string[] = [];
  const limit = new LogLimit(read.settings.limits, (message) => messages.push(message));
  return { limit, messages };
}

it('reports once when the log is too large, and then accepts only lines of the executor', () => {
  const { limit, messages } = limitOf('log_mib: 1');
  let nowMs = 0;
  const target = (bytes: number) => limit.admits('target', bytes, (nowMs += 1000));
  for (let line = 0; line < 4; line += 1) expect(target(2 ** 18)).toBe(true);
  expect(messages).toEqual([]);
  expect(target(1)).toBe(true);
  expect(messages).toEqual([expect.stringContaining('more than 1 MiB (log_mib')]);
  expect(target(1)).toBe(false);
  expect(limit.admits('debug', 1, nowMs)).toBe(false);
  for (const level of ['info', 'error', 'results']) expect(limit.admits(level, 1, nowMs)).toBe(true);
  expect(messages).toHaveLength(1);
});

it('reports too many lines', () => {
  const { limit, messages } = limitOf('log_lines: 2');
  for (const atMs of [0, 1, 2]) limit.admits('target', 1, atMs);
  expect(messages).toEqual([expect.stringContaining('more than 2 lines')]);
});

it('accepts bursts, but not a rate that is too high for long', () => {
  const { limit, messages } = limitOf('log_kib_per_second: 1');
  const write = (bytes: number, atMs: number) => limit.admits('target', bytes, atMs);
  write(16 * 1024, 1_700_000_000_000);
  for (let second = 1; second <= 1000; second += 1) write(1024, 1_700_000_000_000 + second * 1000);
  expect(messages).toEqual([]);
  write(1, 1_700_000_000_000 + 1000 * 1000);
  expect(messages).toEqual([expect.stringContaining('1 KiB per second for too long')]);
});
