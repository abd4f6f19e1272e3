/**
 * One device gets a change first:
 *
 *   parked -> unproven -> checking -> kept
 *                                  -> put back
 *
 * - parked: the canary, and every device that would see the change too (a template is there for all of a type at
 *   once), are in maintenance; the canary is idle (maintenance.ts).
 * - unproven: the intent holds the values before; then the change is written.
 * - checking: the canary is Unknown, so LAVA runs its health check and nothing else on it.
 * - kept: the intent forgets the values before; the others go back into service, and the rest is written.
 * - put back: the values before are written, the canary is Unknown once more, and nothing else is written. What could
 *   not be put back stays in the intent, and all devices that see it in maintenance: the next run tries again.
 *
 * Killed in `unproven` or `checking`, the next run puts back and begins anew (`settleCanary`): an interrupted check
 * has proven nothing. Before and after, only devices are to be released, as maintenance.ts does.
 */
import { ExternalError } from '../../diagnostics/index.js';
import { keyOf, type CanaryResult, type ChangeOutcome, type ObjectKey } from '../../model/index.js';
import type { CanaryPlan } from './plan-canary.js';
import { undoChanges, unprovenOf } from './undo.js';
import { verdictOn, type Verdict } from './verdict.js';
import { nameIn, type Parked } from '../write/maintenance.js';
import type { ApplyIntent, MasterTarget, Unproven } from '../ports.js';
import { whyUnseen } from '../look/second-look.js';
import { boardsOf, pollBoards, sendStage, setHealths, type Patience, type Way } from '../write/stage.js';

/** How far a canary is; the last word is in the result and on the record. */
export interface CanaryProgress {
  readonly device: string;
  readonly state: 'waiting until idle' | 'writing' | 'checking' | 'kept' | 'putting back';
}

export interface CanaryRun {
  readonly way: Way;
  readonly canary: CanaryPlan;
  readonly patience: Patience;
  /** Keeps the intent with what is unproven now. */
  readonly journal: (unproven: Unproven | undefined) => Promise<void>;
  readonly onProgress: (progress: CanaryProgress) => void;
  /** Under which the values before were applied. */
  readonly previousRevision: string;
}

/** What became of the first writes. A change that was put back has failed. */
export async function runCanary(
  run: CanaryRun,
): Promise<{ result: CanaryResult; outcomes: readonly ChangeOutcome[] }> {
  const { way, canary, journal, onProgress } = run;
  const device = canary.device.name;
  const unproven: Unproven = { device, objects: unprovenOf(canary.first) };
  await journal(unproven);
  onProgress({ device, state: 'writing' });
  const outcomes = await sendStage(way, 'canary', canary.first);
  const failed = outcomes.find(({ status }) => status !== 'done');
  const verdict =
    failed === undefined ? await check(run) : bad(`${failed.key} was not written: ${failed.reason ?? ''}`);
  const { job } = verdict;
  if (verdict.state === 'good') {
    await journal(undefined);
    onProgress({ device, state: 'kept' });
    return { result: { device, job, outcome: 'kept' }, outcomes };
  }
  onProgress({ device, state: 'putting back' });
  await setHealths(way, 'stop', new Map([[keyOf(canary.device), 'Maintenance']]));
  const stays = await putBack(way, run.previousRevision, unproven);
  const left = new Map([...unproven.objects].filter(([key]) => stays.has(key)));
  await journal(left.size === 0 ? undefined : { device, objects: left });
  const why = `put back after ${device} tried it: ${verdict.reason}`;
  const reason = [
    verdict.reason,
    ...[...stays].map(([key, also]) => `${key} could not be put back: ${also}`),
  ];
  return {
    result: { device, job, outcome: 'put back', reason: reason.join('; ') },
    outcomes: canary.first.map(({ key, verb }) => {
      const also = stays.get(key);
      const reason = also === undefined ? why : `${why}; but the old value could not be written: ${also}`;
      return { key, verb, status: 'failed', reason };
    }),
  };
}

type Judged = Exclude<Verdict, { state: 'waiting' }>;

/** Gives the canary to LAVA's health check, and waits for what it says. */
async function check({ way, canary, patience, onProgress }: CanaryRun): Promise<Judged> {
  const { name } = canary.device;
  const last = (await boardsOf(way)).get(name)?.lastHealthCheck ?? null;
  onProgress({ device: name, state: 'checking' });
  await setHealths(way, 'check', new Map([[keyOf(canary.device), 'Unknown']]));
  const verdict = await pollBoards(way, patience, (boards) => {
    const now = verdictOn(boards.get(name), last);
    return now.state === 'waiting' ? null : now;
  });
  return verdict ?? bad(`its health check did not end within ${Math.round(patience.timeoutMs / 1000)} s`);
}

function bad(reason: string): Judged {
  return { state: 'bad', job: null, reason };
}

/** @returns why, for those objects whose old values could not be written, or that could not be seen */
async function putBack(
  way: Way,
  revision: string,
  { objects }: Unproven,
): Promise<ReadonlyMap<ObjectKey, string>> {
  const observed = await way.target.observe(new Set(objects.keys()), way.signal);
  const unseen = await whyUnseen(way.target, observed, objects, way.signal);
  const before: Way = { ...way, revision: { ...way.revision, revision } };
  const outcomes = await sendStage(before, 'undo', undoChanges(objects, observed));
  const left = outcomes.filter(({ status }) => status !== 'done');
  return new Map([...unseen, ...left.map(({ key, status, reason }) => [key, reason ?? status] as const)]);
}

/**
 * Puts back what an interrupted canary has left unproven, before a run takes its first look.
 * @returns the intent as it is then: the devices are still to be released
 * @throws ExternalError when not all of it could be put back
 */
export async function settleCanary(
  intent: ApplyIntent,
  unproven: Unproven,
  target: MasterTarget,
  previousRevision: string,
  signal: AbortSignal,
): Promise<ApplyIntent> {
  const { master, repository, revision, fingerprint } = intent;
  const observed = await target.observe(new Set(unproven.objects.keys()), signal);
  const way: Way = { target, master, observed, signal, revision: { repository, revision, fingerprint } };
  const canary: ObjectKey = `device/${unproven.device}`;
  await setHealths(way, 'stop', new Map([[canary, 'Maintenance']]));
  const stays = await putBack(way, previousRevision, unproven);
  const [first] = stays;
  if (first !== undefined) {
    throw new ExternalError({
      what: `put back what ${unproven.device} was to try`,
      where: master,
      why: `${first[0]}: ${first[1]}`,
      retry: 'soon',
      hint: 'Or write another value of it on the master: what was changed since is left as it is',
    });
  }
  const { startedAt, objects, parked = [] } = intent;
  const released = new Map([...parked, [canary, 'Unknown'] as const]);
  return { master, repository, revision, fingerprint, startedAt, objects, parked: released };
}

/** A canary whose health check still runs would be judged by what was put back: it stays parked until the next run. */
export function releasable(
  parked: Parked,
  boards: Awaited<ReturnType<typeof boardsOf>>,
  canary: string | null,
): Parked {
  return new Map(
    [...parked].filter(([key]) => nameIn(key) !== canary || boards.get(nameIn(key))?.state === 'Idle'),
  );
}
