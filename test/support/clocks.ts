import { createHash } from 'node:crypto';

/**
 * For work with a limit: the processor time of this process since the call, in milliseconds. Unlike elapsed time, it
 * does not depend on the load of the machine.
 */
export function startCpuClock(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
}

/** Duration of the work below on an idle machine of ordinary speed. */
const ordinaryMs = 70;

/**
 * For limits on several processes together: how many times slower this machine is at the moment than an idle one of
 * ordinary speed, at least 1. Multiply a limit by it.
 */
export function slowness(): number {
  const started = performance.now();
  const block = Buffer.alloc(1_000_000, 'x');
  for (let round = 0; round < rounds; round += 1) createHash('md5').update(block).digest();
  return Math.max(1, (performance.now() - started) / ordinaryMs);
}

/** Hashes a megabyte with MD5, for which no processor has instructions. */
const rounds = 60;
