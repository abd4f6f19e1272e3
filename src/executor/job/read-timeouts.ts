import {
  bool,
  mapping,
  optional,
  record,
  required,
  wholeNumber,
  type Problems,
  type Reader,
} from './check.js';
import type { Timeouts } from './definition.js';

export interface ReadTimeout {
  readonly durationMs: number;
  readonly canSkip: boolean;
}

const units = mapping({
  days: optional(wholeNumber(0)),
  hours: optional(wholeNumber(0)),
  minutes: optional(wholeNumber(0)),
  seconds: optional(wholeNumber(0)),
  skip: optional(bool),
});

/** `{minutes: 1, seconds: 30}`: the units are added up. */
export function timeout(value: unknown, path: string, problems: Problems): ReadTimeout | undefined {
  const read = units(value, path, problems);
  if (read === undefined) return undefined;
  const { days = 0, hours = 0, minutes = 0, seconds = 0, skip = false } = read;
  const durationMs = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (durationMs === 0) problems.push(`${path}: must be longer than nothing`);
  return { durationMs, canSkip: skip };
}

const shape = {
  action: optional(timeout),
  actions: optional(record(timeout)),
  connection: optional(timeout),
  connections: optional(record(timeout)),
};

const jobShape = mapping({ ...shape, job: required(timeout), queue: optional(timeout) });

/** The `timeouts` of a job: none may be longer than the job's own. */
export const jobTimeouts: Reader<Timeouts & { jobMs: number }> = (value, path, problems) => {
  const read = jobShape(value, path, problems);
  if (read === undefined) return undefined;
  const jobMs = read.job.durationMs;
  const limits: [string, ReadTimeout | undefined][] = [
    ['action', read.action],
    ['connection', read.connection],
    ...named('actions', read.actions),
    ...named('connections', read.connections),
  ];
  for (const [name, limit] of limits) {
    if (limit !== undefined && limit.durationMs > jobMs) {
      problems.push(`${path}.${name}: is longer than the job's own timeout`);
    }
  }
  return { ...toTimeouts(read), jobMs };
};

/** The `timeouts` of a device configuration, which the lab wrote: what is not readable is left out. */
export function deviceTimeouts(value: unknown): Timeouts {
  const quiet =
    <T>(read: Reader<T>): Reader<T> =>
    (item, path) =>
      read(item, path, []);
  const lenient = mapping({
    action: optional(quiet(timeout)),
    actions: optional(record(quiet(timeout))),
    connection: optional(quiet(timeout)),
    connections: optional(record(quiet(timeout))),
  });
  return toTimeouts(lenient(value, 'timeouts', []) ?? nothing);
}

const nothing = { action: undefined, actions: undefined, connection: undefined, connections: undefined };

function named(
  group: string,
  timeouts: ReadonlyMap<string, ReadTimeout> | undefined,
): [string, ReadTimeout][] {
  return [...(timeouts ?? [])].map(([name, limit]) => [`${group}.${name}`, limit]);
}

function toTimeouts(read: {
  readonly action?: ReadTimeout | undefined;
  readonly actions?: ReadonlyMap<string, ReadTimeout> | undefined;
  readonly connection?: ReadTimeout | undefined;
  readonly connections?: ReadonlyMap<string, ReadTimeout> | undefined;
}): Timeouts {
  return {
    actionMs: read.action?.durationMs,
    actionsMs: durations(read.actions),
    connectionMs: read.connection?.durationMs,
    connectionsMs: durations(read.connections),
  };
}

export function durations(
  timeouts: ReadonlyMap<string, ReadTimeout> | undefined,
): ReadonlyMap<string, number> {
  return new Map([...(timeouts ?? [])].map(([name, limit]) => [name, limit.durationMs]));
}
