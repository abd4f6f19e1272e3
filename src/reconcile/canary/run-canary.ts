/**
 * One device gets a change first:
 *
 *   parked -> unproven -> checking -> kept
 *                                  -> put back
 *
 * - parked: the canary, and every other device that the change affects (a template applies to all devices of a type at
 *   once), are in maintenance; the canary is idle (maintenance.ts).
 * - unproven: the intent contains the previous values; then the change is written.
 * - checking: the canary is Unknown, so LAVA runs only its health check on it.
 * - kept: the previous values are removed from the intent; the other devices return to service, and the rest is written.
 * - put back: the previous values are written, the canary is Unknown again, and nothing else is written. Values that
 *   could not be restored stay in the intent, and the devices that use them in maintenance: the next run tries again.
 *
 * After a kill in `unproven` or `checking`, the next run reverts the change and starts again (`settleCanary`): an
 * interrupted check has proven nothing. After a kill in another state, it only releases the devices, as in maintenance.ts.
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

/** The progress of a canary; the outcome is in the result and in the record. */
export interface CanaryProgress {
  readonly device: string;
  readonly state: 'waiting until idle' | 'writing' | 'checking' | 'kept' | 'putting back';
}

export interface CanaryRun {
  readonly way: Way;
  readonly canary: CanaryPlan;
  readonly patience: Patience;
  /** Saves the intent with what is unproven now. */
  readonly journal: (unproven: Unproven | undefined) => Promise<void>;
  readonly onProgress: (progress: CanaryProgress) => void;
  /** The revision with which the previous values were applied. */
  readonly previousRevision: string;
}

/** The outcomes of the first writes. A change that was reverted has failed. */
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
  const why = `reverted after ${device} tried it: ${verdict.reason}`;
  const reason = [
    verdict.reason,
    ...[...stays].map(([key, also]) => `${key} could not be reverted: ${also}`),
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

/** Lets LAVA run the health check of the canary, and waits for its result. */
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

/** @returns the reason for each object whose old values could not be written, or that could not be read */
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
 * Reverts what an interrupted canary has left unproven, before the first look of a run.
 * @returns the intent after that: the devices are not released yet
 * @throws ExternalError when not everything could be reverted
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
      what: `revert what ${unproven.device} tried`,
      where: master,
      why: `${first[0]}: ${first[1]}`,
      retry: 'soon',
      hint: 'Fix the cause, or change the value on the master: values that were changed since are not reverted.',
    });
  }
  const { startedAt, objects, parked = [] } = intent;
  const released = new Map([...parked, [canary, 'Unknown'] as const]);
  return { master, repository, revision, fingerprint, startedAt, objects, parked: released };
}

/** A health check that is still running would test the restored values: the canary stays parked until the next run. */
export function releasable(
  parked: Parked,
  boards: Awaited<ReturnType<typeof boardsOf>>,
  canary: string | null,
): Parked {
  return new Map(
    [...parked].filter(([key]) => nameIn(key) !== canary || boards.get(nameIn(key))?.state === 'Idle'),
  );
}
