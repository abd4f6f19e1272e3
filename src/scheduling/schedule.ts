import type { DeviceHealth, WorkerHealth } from '../model/index.js';

/** Everything that scheduling depends on, at one moment. It reads nothing else. */
export interface SchedulerState {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly deviceTypes: readonly SchedulerDeviceType[];
  readonly workers: readonly SchedulerWorker[];
  readonly devices: readonly SchedulerDevice[];
  /** Submitted jobs. */
  readonly queue: readonly QueuedJob[];
}

export interface SchedulerDeviceType {
  readonly name: string;
  readonly display: boolean;
  readonly healthChecksDisabled: boolean;
  readonly healthCheckEvery: { readonly every: number; readonly unit: 'hours' | 'jobs' };
}

export interface SchedulerWorker {
  readonly hostname: string;
  readonly state: 'Online' | 'Offline';
  readonly health: WorkerHealth;
  /** Maximum number of its devices that may be reserved or running; 0: no limit. */
  readonly jobLimit: number;
}

/** A period in which no job runs on a device, because people may be working on the hardware. */
export interface Drain {
  /** A job that starts before must end before. It has passed while the period lasts. */
  readonly startMs: number;
  readonly endMs: number;
  /** For people: which period this is. */
  readonly what: string;
}

export interface SchedulerDevice {
  readonly hostname: string;
  readonly deviceType: string;
  readonly worker: string | null;
  readonly health: DeviceHealth;
  readonly tags: readonly string[];
  /** No job has reserved it. */
  readonly idle: boolean;
  /** The template that its dictionary extends has a health-check job. */
  readonly hasHealthCheck: boolean;
  /** How long it may run; null: not known. */
  readonly checkTimeoutMs: number | null;
  /** The period that lasts now or comes next; null: there is none. */
  readonly drain: Drain | null;
  /** The last health check that reported a result, and how many other jobs the device has run since. */
  readonly lastHealthCheck: { readonly submittedMs: number; readonly jobsSince: number } | null;
  /** The next health check must not start before this time, because the last ones had no result; null: at any time. */
  readonly checkNotBeforeMs: number | null;
  /** Number of its last job: the device that has been idle longest comes first. */
  readonly lastJob: number;
}

export interface QueuedJob {
  readonly id: number;
  readonly deviceType: string;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly submittedMs: number;
  readonly queueDeadlineMs: number | null;
  /** How long it may run; null: not known. */
  readonly timeoutMs: number | null;
}

export type Decision =
  | { readonly kind: 'health-check'; readonly device: string }
  | { readonly kind: 'job'; readonly job: number; readonly device: string }
  /** The job has waited in the queue for longer than allowed. */
  | { readonly kind: 'expire'; readonly job: number };

/** A job that stays in the queue although a device is free: it would not end before this period. */
export interface Waiting {
  readonly job: number;
  readonly for: Drain;
}

export interface Schedule {
  readonly decisions: readonly Decision[];
  readonly waiting: readonly Waiting[];
  /**
   * When the result changes although the state does not: the next health check or queue deadline, or the end of a period
   * without jobs; null: never.
   */
  readonly nextDueMs: number | null;
}

const hourMs = 3_600_000;

/**
 * What happens now, by the rules of LAVA 2023.01. First, health checks: on idle devices of workers that are online
 * and active, for devices that are Unknown or Looping or whose last check is too long ago. Then jobs by priority,
 * time and number, each on a device of its type that has its tags. A worker's job limit applies to both. Where LAVA
 * picks a device at random, this picks the one with the fewest unneeded tags that has been idle longest.
 *
 * LAVA has no maintenance windows. Here, a job or health check starts only if it ends before the next one, and none starts
 * in one. A shorter job does not wait for a longer one that waits.
 */
export function schedule(state: SchedulerState): Schedule {
  const types = new Map(state.deviceTypes.map((type) => [type.name, type]));
  const room = freeRoom(state);
  const decisions: Decision[] = [];
  const due: number[] = [];
  const available: Available[] = [];

  const candidates = state.devices
    .filter((device) => device.idle && (types.get(device.deviceType)?.display ?? false))
    .toSorted((a, b) => compareText(a.hostname, b.hostname));
  for (const device of candidates) {
    const type = types.get(device.deviceType);
    if (type === undefined || device.worker === null || (room.get(device.worker) ?? 0) <= 0) continue;
    const check = healthCheckOf(device, type, state.nowMs);
    if (check.dueMs !== null && check.dueMs > state.nowMs) due.push(check.dueMs);
    const isDue = check.dueMs !== null && check.dueMs <= state.nowMs;
    if (isDue && device.drain !== null && !endsBefore(device.drain, device.checkTimeoutMs, state.nowMs)) {
      // Its jobs wait for the check, and so for the end of the period.
      due.push(device.drain.endMs);
      available.push({ device, isHeld: true });
    } else if (isDue) {
      decisions.push({ kind: 'health-check', device: device.hostname });
      takeRoom(room, device.worker);
    } else if (check.available) {
      available.push({ device, isHeld: false });
    }
  }
  const waiting = assignJobs(state, available, room, decisions, due);
  const nextDueMs = due.reduce((one, other) => Math.min(one, other), Infinity);
  return { decisions, waiting, nextDueMs: nextDueMs === Infinity ? null : nextDueMs };
}

/** A device that jobs can have, except if its health check waits for the end of a period (`isHeld`). */
interface Available {
  readonly device: SchedulerDevice;
  readonly isHeld: boolean;
}

/** Whether what starts now ends before the period. What runs for an unknown time may start before it. */
function endsBefore(drain: Drain | null, timeoutMs: number | null, nowMs: number): boolean {
  return drain === null || (nowMs < drain.startMs && nowMs + (timeoutMs ?? 0) <= drain.startMs);
}

/** How many more jobs each worker may run; a worker that is not online and active may run none. */
function freeRoom(state: SchedulerState): Map<string, number> {
  const busy = new Map<string, number>();
  for (const { worker, idle } of state.devices) {
    if (worker !== null && !idle) busy.set(worker, (busy.get(worker) ?? 0) + 1);
  }
  const room = new Map<string, number>();
  for (const { hostname, state: online, health, jobLimit } of state.workers) {
    if (online !== 'Online' || health !== 'Active') continue;
    room.set(hostname, jobLimit === 0 ? Number.POSITIVE_INFINITY : jobLimit - (busy.get(hostname) ?? 0));
  }
  return room;
}

function takeRoom(room: Map<string, number>, worker: string): void {
  room.set(worker, (room.get(worker) ?? 0) - 1);
}

/** When the device's next health check is due (null: never), and whether other jobs may run until then. */
function healthCheckOf(
  device: SchedulerDevice,
  type: SchedulerDeviceType,
  nowMs: number,
): { readonly dueMs: number | null; readonly available: boolean } {
  const { health, lastHealthCheck: last, checkNotBeforeMs } = device;
  const healthy = health === 'Good' || health === 'Unknown';
  if (!healthy && health !== 'Looping') return { dueMs: null, available: false };
  if (type.healthChecksDisabled || !device.hasHealthCheck) return { dueMs: null, available: healthy };
  const soonestMs = Math.max(nowMs, checkNotBeforeMs ?? nowMs);
  if (health !== 'Good' || last === null) return { dueMs: soonestMs, available: false };
  const { every, unit } = type.healthCheckEvery;
  if (unit === 'jobs') return { dueMs: last.jobsSince >= every ? soonestMs : null, available: true };
  return { dueMs: Math.max(last.submittedMs + every * hourMs, checkNotBeforeMs ?? 0), available: true };
}

/** @returns the jobs that wait for the end of a period */
function assignJobs(
  state: SchedulerState,
  available: readonly Available[],
  room: Map<string, number>,
  decisions: Decision[],
  due: number[],
): Waiting[] {
  const waiting: Waiting[] = [];
  const free = new Map<string, Available[]>();
  for (const one of available.toSorted((a, b) => byFitness(a.device, b.device))) {
    const ofType = free.get(one.device.deviceType);
    if (ofType === undefined) free.set(one.device.deviceType, [one]);
    else ofType.push(one);
  }
  for (const job of state.queue.toSorted(byTurn)) {
    if (job.queueDeadlineMs !== null && job.queueDeadlineMs <= state.nowMs) {
      decisions.push({ kind: 'expire', job: job.id });
      continue;
    }
    const devices = free.get(job.deviceType) ?? [];
    const isSuitable = ({ device: { tags, worker } }: Available) =>
      worker !== null && (room.get(worker) ?? 0) > 0 && job.tags.every((tag) => tags.includes(tag));
    const at = devices.findIndex(
      (one) => isSuitable(one) && !one.isHeld && endsBefore(one.device.drain, job.timeoutMs, state.nowMs),
    );
    const [found] = at < 0 ? [] : devices.splice(at, 1);
    if (found?.device.worker != null) {
      decisions.push({ kind: 'job', job: job.id, device: found.device.hostname });
      takeRoom(room, found.device.worker);
      continue;
    }
    if (job.queueDeadlineMs !== null) due.push(job.queueDeadlineMs);
    // Whatever is suitable and still free is about to be drained.
    const drains = devices.filter(isSuitable).flatMap(({ device: { drain } }) => drain ?? []);
    const [soonest] = drains.toSorted((a, b) => a.endMs - b.endMs);
    if (soonest === undefined) continue;
    waiting.push({ job: job.id, for: soonest });
    due.push(soonest.endMs);
  }
  return waiting;
}

function byTurn(a: QueuedJob, b: QueuedJob): number {
  return b.priority - a.priority || a.submittedMs - b.submittedMs || a.id - b.id;
}

function byFitness(a: SchedulerDevice, b: SchedulerDevice): number {
  return a.tags.length - b.tags.length || a.lastJob - b.lastJob || compareText(a.hostname, b.hostname);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
