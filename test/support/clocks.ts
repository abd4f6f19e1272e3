import { createHash } from 'node:crypto';

/**
 * For work that must take no more than so much: the processor time of this process since the call, in milliseconds.
 * Unlike elapsed time it does not depend on what else the machine does.
 */
export function startCpuClock(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
}

/** What the work below takes on an idle machine of ordinary speed. */
const ordinaryMs = 70;

/**
 * For what several processes must do within some seconds: by how much this machine is slower at the moment than an idle
 * one of ordinary speed, at least 1. A limit is multiplied by it.
 */
export function slowness(): number {
  const started = performance.now();
  const block = Buffer.alloc(1_000_000, 'x');
  for (let round = 0; round < rounds; round += 1) createHash('md5').update(block).digest();
  return Math.max(1, (performance.now() - started) / ordinaryMs);
}

/** Of hashing a megabyte with MD5, which no processor has instructions for. */
const rounds = 60;
