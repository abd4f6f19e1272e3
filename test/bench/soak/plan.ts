/**
 * What a soak run does to the lab, and which jobs it submits: pure functions of the seed. Whatever the plan cannot know,
 * such as which jobs are running, is chosen at run time by a number from the plan (`pick`, from 0 to 1).
 */
import { Random } from '../../support/schemas/random.js';

export const workers = ['soak-worker-1', 'soak-worker-2'] as const;
export type WorkerName = (typeof workers)[number];
export const parts = ['master', 'controller', 'boards', ...workers] as const;
export type PartName = (typeof parts)[number];
/** Each has a small file system of its own: the state of the master, of each dispatcher, and of the controller. */
export const disks = ['master', 'controller', ...workers] as const;
export type DiskName = (typeof disks)[number];
/** Six boards: three for each worker. */
export const boards: readonly { readonly name: string; readonly worker: WorkerName }[] = workers.flatMap(
  (worker, index) => [1, 2, 3].map((number) => ({ name: `soak-board-${index * 3 + number}`, worker })),
);

const jobProcesses = ['executor', 'watchdog', 'both'] as const;
export type JobProcess = (typeof jobProcesses)[number];

export type Disturbance =
  /** SIGKILL; started again after a while. */
  | { readonly kind: 'kill'; readonly part: PartName; readonly restartAfterMs: number }
  /** SIGTERM; started again after a while. */
  | { readonly kind: 'stop'; readonly part: PartName; readonly restartAfterMs: number }
  /** SIGSTOP, and SIGCONT after a while. */
  | { readonly kind: 'freeze'; readonly part: PartName; readonly forMs: number }
  | { readonly kind: 'kill-job'; readonly process: JobProcess; readonly pick: number }
  | {
      readonly kind: 'freeze-job';
      readonly process: JobProcess;
      readonly pick: number;
      readonly forMs: number;
    }
  /** The file system of the part is full, except for some bytes. */
  | { readonly kind: 'disk'; readonly disk: DiskName; readonly leaveBytes: number; readonly forMs: number }
  /** The part may open only some more files. */
  | { readonly kind: 'files'; readonly part: PartName; readonly spare: number; readonly forMs: number }
  /** The clock of the part jumps, and jumps back. */
  | { readonly kind: 'clock'; readonly part: PartName; readonly seconds: number; readonly forMs: number }
  /** Another connection holds the lock of the database, and the master may be killed meanwhile. */
  | { readonly kind: 'database'; readonly forMs: number; readonly killsMaster: boolean }
  /** Clients submit jobs at the moment at which the master is killed. */
  | { readonly kind: 'kill-at-write'; readonly afterMs: number; readonly restartAfterMs: number }
  | { readonly kind: 'record'; readonly pick: number; readonly forMs: number }
  | { readonly kind: 'lock'; readonly how: 'damaged' | 'dead-owner' | 'other-host' }
  /** The key of the worker is removed from the lab repo, and restored. */
  | { readonly kind: 'key'; readonly worker: WorkerName; readonly forMs: number }
  /** A dictionary is changed. */
  | { readonly kind: 'edit'; readonly board: number }
  /** A dictionary has a syntax error, and is restored. */
  | { readonly kind: 'break'; readonly board: number; readonly forMs: number }
  /** The health of a board is set to Unknown, so that its health check runs. */
  | { readonly kind: 'check'; readonly board: number };

export type DisturbanceKind = Disturbance['kind'];

export interface Step {
  readonly number: number;
  /** Before the disturbances, while only the load is running. */
  readonly pauseMs: number;
  readonly disturbances: readonly Disturbance[];
}

const makers: Readonly<Record<DisturbanceKind, (random: Random) => Disturbance>> = {
  kill: (random) => ({ kind: 'kill', part: random.pick(parts), restartAfterMs: upTo(random, 6000) }),
  stop: (random) => ({ kind: 'stop', part: random.pick(parts), restartAfterMs: upTo(random, 4000) }),
  freeze: (random) => ({ kind: 'freeze', part: random.pick(parts), forMs: 500 + upTo(random, 9500) }),
  'kill-job': (random) => ({ kind: 'kill-job', process: random.pick(jobProcesses), pick: random.next() }),
  'freeze-job': (random) => ({
    kind: 'freeze-job',
    process: random.pick(jobProcesses),
    pick: random.next(),
    forMs: 1000 + upTo(random, 9000),
  }),
  disk: (random) => ({
    kind: 'disk',
    disk: random.pick(disks),
    leaveBytes: random.pick([0, 0, 4096, 65_536]),
    forMs: 1000 + upTo(random, 9000),
  }),
  files: (random) => ({
    kind: 'files',
    part: random.pick(parts),
    spare: random.pick([0, 0, 1, 3, 8]),
    forMs: 1000 + upTo(random, 9000),
  }),
  clock: (random) => ({
    kind: 'clock',
    part: random.pick(parts),
    seconds: random.pick([-86_400, -3600, -90, 90, 3600, 86_400]),
    forMs: 2000 + upTo(random, 8000),
  }),
  database: (random) => ({
    kind: 'database',
    forMs: 500 + upTo(random, 9500),
    killsMaster: random.isOneIn(3),
  }),
  'kill-at-write': (random) => ({
    kind: 'kill-at-write',
    afterMs: upTo(random, 150),
    restartAfterMs: upTo(random, 2000),
  }),
  record: (random) => ({ kind: 'record', pick: random.next(), forMs: 1000 + upTo(random, 5000) }),
  lock: (random) => ({ kind: 'lock', how: random.pick(['damaged', 'dead-owner', 'other-host'] as const) }),
  key: (random) => ({ kind: 'key', worker: random.pick(workers), forMs: 1000 + upTo(random, 9000) }),
  edit: (random) => ({ kind: 'edit', board: random.below(boards.length) }),
  break: (random) => ({
    kind: 'break',
    board: random.below(boards.length),
    forMs: 1000 + upTo(random, 5000),
  }),
  check: (random) => ({ kind: 'check', board: random.below(boards.length) }),
};

export const disturbanceKinds = Object.keys(makers) as readonly DisturbanceKind[];

/** How often a kind is chosen, if not once: what costs minutes is rare. */
const weights: Partial<Readonly<Record<DisturbanceKind, number>>> = { kill: 4, freeze: 2, 'kill-job': 2 };

/**
 * The steps of a run, without end.
 * @param kinds the kinds to choose from
 */
export function* planSteps(
  seed: number,
  kinds: readonly DisturbanceKind[] = disturbanceKinds,
): Generator<Step> {
  const random = new Random(seed);
  const choices = kinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 1 }, () => kind));
  for (let number = 1; ; number += 1) {
    const pauseMs = 1000 + upTo(random, 4000);
    const first = makers[random.pick(choices)](random);
    const second = random.isOneIn(3) ? makers[random.pick(choices)](random) : null;
    const disturbances = second === null || clash(first, second) ? [first] : [first, second];
    yield { number, pauseMs, disturbances };
  }
}

/** Whether two disturbances undo or hide each other. */
function clash(first: Disturbance, second: Disturbance): boolean {
  return first.kind === second.kind || subjectOf(first) === subjectOf(second);
}

/** What a disturbance concerns: a part, or the lab repo. */
export function subjectOf(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case 'kill':
    case 'stop':
    case 'freeze':
    case 'files':
    case 'clock':
      return disturbance.part;
    case 'disk':
      return disturbance.disk;
    case 'database':
    case 'kill-at-write':
      return 'master';
    case 'kill-job':
    case 'freeze-job':
      return 'jobs';
    case 'record':
    case 'lock':
      return 'controller';
    case 'key':
    case 'edit':
    case 'break':
      return 'lab';
    case 'check':
      return 'device';
  }
}

/** One line for people. */
export function describe(disturbance: Disturbance): string {
  const { kind, ...rest } = disturbance;
  const words = Object.entries(rest).map(([name, value]) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? `${name}=${value.toFixed(3)}`
      : `${name}=${value}`,
  );
  return [kind, ...words].join(' ');
}

export const jobKinds = ['pass', 'long', 'fail', 'timeout', 'unsupported', 'cancel'] as const;
export type JobKind = (typeof jobKinds)[number];

export interface JobPlan {
  readonly number: number;
  readonly kind: JobKind;
  /** Steps of the test; each prints `tick N of COUNT` (a long job: many lines at once). */
  readonly ticks: number;
  /** Only for `cancel`: how long after the submission. */
  readonly cancelAfterMs: number;
}

/** The job with this number, counted from 1. */
export function planJob(seed: number, number: number): JobPlan {
  const random = new Random(seed ^ Math.imul(number, 0x9e3779b1));
  const kind = random.pick(['pass', 'pass', 'pass', ...jobKinds] as const);
  const ticks = kind === 'long' ? 400 : kind === 'timeout' || kind === 'cancel' ? 200 : 3 + random.below(12);
  return { number, kind, ticks, cancelAfterMs: upTo(random, 20_000) };
}

/** Whether a job of this kind can be Complete. */
export function canComplete(kind: JobKind): boolean {
  return kind === 'pass' || kind === 'long' || kind === 'cancel';
}

function upTo(random: Random, limit: number): number {
  return random.below(limit + 1);
}
