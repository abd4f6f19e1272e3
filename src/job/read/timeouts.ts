import { isMapping } from '../../pyyaml/index.js';
import type { JobTimeouts, Timeout, Timeouts } from '../definition.js';
import { unitSeconds } from '../facts.js';
import { jobRules, type JobRules } from '../rules.js';
import { longerThanJob } from '../wording.js';
import { mapping, optional, record, required } from './collections.js';
import { Place } from './place.js';
import { anyMapping, bool, describe, type Reader } from './values.js';

/**
 * Reads a timeout such as `{minutes: 5, skip: true}`: the sum of its units, without the fraction of the last second. It must
 * be at least one second: LAVA's dispatcher replaces zero with its default of 30 seconds, which is not what the author
 * meant.
 */
export function timeout(value: unknown, place: Place): Timeout | null {
  const source = anyMapping(value, place);
  if (source === null) return null;
  const before = place.problemCount;
  const { skip, ...units } = source;
  const canSkip = skip === undefined ? false : bool(skip, place.in('skip'));
  const amounts = Object.entries(units).map(([unit, amount]) => readUnit(unit, amount, place));
  if (place.problemCount > before) return null;
  const durationS = Math.floor(amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0));
  if (durationS < 1) return place.report('must be at least one second');
  if (!Number.isSafeInteger(durationS * 1000)) return place.report('is too long');
  return { durationMs: durationS * 1000, canSkip: canSkip ?? false };
}

/** @returns seconds */
function readUnit(unit: string, amount: unknown, place: Place): number | null {
  const seconds = Object.hasOwn(unitSeconds, unit)
    ? unitSeconds[unit as keyof typeof unitSeconds]
    : undefined;
  if (seconds === undefined) {
    return place.in(unit).report('unknown key', 'Use days, hours, minutes, seconds or skip.');
  }
  // In Python, true is 1.
  const number = typeof amount === 'boolean' ? Number(amount) : amount;
  return typeof number === 'number' && number >= 0 && number < Infinity
    ? number * seconds
    : place.in(unit).report(`expected a number of at least 0, got ${describe(amount)}`);
}

/** Reads the `timeouts` of a job. Apart from the time in the queue, none may be longer than the job's own. */
export function jobTimeouts(value: unknown, place: Place): JobTimeouts | null {
  const limited = within(jobDurationMs(value, place.rules));
  const read = mapping({
    job: required(timeout),
    actions: optional(record(limited)),
    connections: optional(record(limited)),
    action: optional(limited),
    connection: optional(limited),
    queue: optional(timeout),
  })(value, place);
  return read && { ...toTimeouts(read), jobMs: read.job.durationMs, queueMs: read.queue?.durationMs };
}

/** Reads the `timeouts` of a device configuration. Skips what it cannot read: a job cannot fix the lab. */
export function deviceTimeouts(value: unknown): Timeouts {
  const source = isMapping(value) ? value : {};
  const quietly = <T>(read: Reader<T>, key: string): T | undefined =>
    read(source[key], quietPlace(jobRules.dispatcher)) ?? undefined;
  return toTimeouts({
    action: quietly(timeout, 'action'),
    actions: quietly(record(timeout), 'actions'),
    connection: quietly(timeout, 'connection'),
    connections: quietly(record(timeout), 'connections'),
  });
}

/** The timeout of the whole job in milliseconds; undefined if its `timeouts` do not set one. Reports no problems. */
export function jobDurationMs(timeouts: unknown, rules: JobRules): number | undefined {
  return isMapping(timeouts) ? quietDurationMs(timeouts['job'], rules) : undefined;
}

/** A timeout in milliseconds; undefined if it cannot be read. Reports no problems. */
export function quietDurationMs(value: unknown, rules: JobRules): number | undefined {
  return timeout(value, quietPlace(rules))?.durationMs;
}

/** Reads a timeout that must not be longer than the job's own. */
function within(jobMs: number | undefined): Reader<Timeout> {
  return (value, place) => {
    const read = timeout(value, place);
    if (read === null || jobMs === undefined || read.durationMs <= jobMs) return read;
    return place.report(longerThanJob);
  };
}

export function durations(timeouts: ReadonlyMap<string, Timeout> = new Map()): ReadonlyMap<string, number> {
  return new Map([...timeouts].map(([name, { durationMs }]) => [name, durationMs]));
}

function toTimeouts(read: {
  readonly action?: Timeout | undefined;
  readonly actions?: ReadonlyMap<string, Timeout> | undefined;
  readonly connection?: Timeout | undefined;
  readonly connections?: ReadonlyMap<string, Timeout> | undefined;
}): Timeouts {
  return {
    actionMs: read.action?.durationMs,
    actionsMs: durations(read.actions),
    connectionMs: read.connection?.durationMs,
    connectionsMs: durations(read.connections),
  };
}

function quietPlace(rules: JobRules): Place {
  return new Place(rules, false, []);
}
