/**
 * What must hold in a lab at any time, whatever happens to it: pure functions of observed facts. Each returns one sentence
 * for each violation.
 */
import { canComplete, type DisturbanceKind, type JobKind } from './plan.js';

export interface JobFact {
  readonly id: number;
  readonly state: string;
  readonly health: string;
  readonly device: string | null;
  readonly isHealthCheck: boolean;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  readonly endTime: string | null;
}

export interface DeviceFact {
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly reason: string | null;
  readonly currentJob: number | null;
}

/** A running executor: the process that runs a job and uses its board. */
export interface ExecutorFact {
  readonly pid: number;
  readonly job: number;
}

const holding = ['Scheduled', 'Running', 'Canceling'];

export function isHolding({ state }: JobFact): boolean {
  return holding.includes(state);
}

/** At most one job uses a board, in the view of the master. */
export function oneJobPerBoard(jobs: readonly JobFact[]): string[] {
  return [...groupBy(jobs.filter(isHolding), ({ device }) => device ?? '')].flatMap(([device, its]) =>
    its.length < 2
      ? []
      : [`${device} has ${its.length} jobs at the same time: ${list(its.map(({ id }) => id))}`],
  );
}

/** At most one executor uses a board. @param deviceOf of jobs; null: not known yet */
export function oneExecutorPerBoard(
  executors: readonly ExecutorFact[],
  deviceOf: (job: number) => string | null,
): string[] {
  const known = executors.filter(({ job }) => deviceOf(job) !== null);
  return [...groupBy(known, ({ job }) => deviceOf(job) ?? '')].flatMap(([device, its]) =>
    its.length < 2
      ? []
      : [
          `${its.length} executors use ${device}: ${its.map(({ pid, job }) => `job ${job} (${pid})`).join(', ')}`,
        ],
  );
}

/** A job that has ended does not change any more. @param before the job when it was first seen Finished */
export function endsOnce(before: JobFact, now: JobFact): string[] {
  const keys = ['state', 'health', 'device', 'errorType', 'errorMessage', 'endTime'] as const;
  return keys.flatMap((key) =>
    before[key] === now[key]
      ? []
      : [`job ${now.id} had ended, and its ${key} changed from ${before[key]} to ${now[key]}`],
  );
}

/** A job has one result `lava/job`. @param results the names SUITE/CASE in its results */
export function hasOneResult(job: JobFact, results: readonly string[]): string[] {
  const count = results.filter((name) => name === 'lava/job').length;
  return count <= 1 ? [] : [`job ${job.id} has ${count} results lava/job`];
}

/** Each ID that a submission returned exists. */
export function keepsJobs(acknowledged: readonly number[], existing: ReadonlySet<number>): string[] {
  const lost = acknowledged.filter((id) => !existing.has(id));
  return lost.length === 0 ? [] : [`jobs were acknowledged and are lost: ${list(lost)}`];
}

/** A log that was read once is the beginning of the same log later. */
export function keepsLog(job: number, before: readonly string[], now: readonly string[]): string[] {
  const index = before.findIndex((line, at) => now[at] !== line);
  return index === -1
    ? []
    : [`the log of job ${job} changed in line ${index}: ${now[index] ?? 'the line is gone'}`];
}

/** The log of a Complete job contains what its board printed: each tick once, in order. */
export function hasAllTicks(job: JobFact, kind: JobKind, ticks: number, log: readonly string[]): string[] {
  if (job.health !== 'Complete') return [];
  if (!canComplete(kind)) return [`job ${job.id} is Complete, but a job of the kind ${kind} cannot be`];
  const seen = log
    .flatMap((line) => /"lvl": ?"target", ?"msg": ?"tick (\d+) of/.exec(line)?.[1] ?? [])
    .map(Number);
  const isWhole = seen.length === ticks && seen.every((tick, index) => tick === index + 1);
  return isWhole
    ? []
    : [`job ${job.id} is Complete, but its log has ${seen.length} of ${ticks} ticks, or in another order`];
}

/** A job whose cancellation was acknowledged is being canceled or has ended. @param now read after the acknowledgment */
export function honoursCancel(now: JobFact): string[] {
  if (now.state === 'Canceling' || now.state === 'Finished') return [];
  return [`job ${now.id} was canceled, and is ${now.state}`];
}

/** A job that was being canceled ends as Canceled. */
export function endsCanceled(job: JobFact): string[] {
  return job.health === 'Canceled' ? [] : [`job ${job.id} was being canceled, and ended ${job.health}`];
}

/** What is known about a board: the master's view before and after its power was read. */
export interface PowerFact {
  readonly isOn: boolean;
  readonly before: DeviceFact;
  readonly after: DeviceFact;
  /** Whether an executor or a job of the master used it at any time in between. */
  readonly wasUsed: boolean;
}

/** Every board that ran a job is off or in use. A board that could not be powered off is Bad. */
export function offOrInUse({ isOn, before, after, wasUsed }: PowerFact): string[] {
  if (!isOn || wasUsed) return [];
  if (before.state !== 'Idle' || after.state !== 'Idle' || after.health === 'Bad') return [];
  return [`${after.name} is on and not in use (health ${after.health}: ${after.reason ?? 'no reason'})`];
}

/** Disturbances that can make a health check fail, or prevent that a board is powered off. */
const reachBoards: readonly string[] = ['disk', 'files', 'freeze-job', 'clock'] satisfies DisturbanceKind[];

/** A disturbance while a job ran. */
export interface Overlap {
  readonly kind: DisturbanceKind;
  /** A part, `lab`, `jobs` or `device`. */
  readonly subject: string;
}

/**
 * No board becomes Bad because a part was killed or stopped, or because its job was canceled; only if it could not be
 * powered off. @param overlaps during its last job
 */
export function badForAReason(
  device: DeviceFact,
  last: JobFact | null,
  overlaps: readonly Overlap[],
): string[] {
  if (device.health !== 'Bad') return [];
  const reason = device.reason ?? 'no reason';
  if (last?.health === 'Canceled' && !reason.includes('could not power it off'))
    return [`${device.name} is Bad after job ${last.id}, which was canceled: ${reason}`];
  if (overlaps.some(({ kind, subject }) => subject === 'boards' || reachBoards.includes(kind))) return [];
  const during = overlaps.map(({ kind, subject }) => `${kind} ${subject}`).join(', ');
  return [`${device.name} is Bad (${reason}); during its last job: ${during === '' ? 'nothing' : during}`];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function list(ids: readonly number[]): string {
  return ids.slice(0, 10).join(', ');
}
