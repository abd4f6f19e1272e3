import { setTimeout as wait } from 'node:timers/promises';
import { ExternalError } from '../../diagnostics/index.js';
import type {
  Change,
  ChangeOutcome,
  ConfigurationObject,
  DeviceHealth,
  ObjectKey,
  ObservedMaster,
  RevisionInfo,
} from '../../model/index.js';
import type { Board, MasterTarget } from '../ports.js';

/** The access to one master during one run. */
export interface Way {
  readonly target: MasterTarget;
  /** The master's name, for messages. */
  readonly master: string;
  readonly observed: ObservedMaster;
  readonly revision: RevisionInfo;
  readonly signal: AbortSignal;
}

/** @throws ExternalError when the master cannot be read; Error when the target does not report device states */
export async function boardsOf({ target, signal }: Way): Promise<ReadonlyMap<string, Board>> {
  if (target.boards === undefined)
    throw new Error(`${target.url} does not report what its devices are doing`);
  return await target.boards(signal);
}

/** Sends changes as a separate revision: an embedded master treats a second request with the same one as a repetition. */
export async function sendStage(
  { target, revision, signal }: Way,
  stage: string,
  changes: readonly Change[],
): Promise<ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  if (changes.length === 0) return outcomes;
  const fingerprint = `${revision.fingerprint}-${stage}`;
  await target.apply(changes, { ...revision, fingerprint }, (outcome) => void outcomes.push(outcome), signal);
  return outcomes;
}

/** @throws ExternalError when the health of a device cannot be set */
export async function setHealths(
  way: Way,
  stage: string,
  wanted: ReadonlyMap<ObjectKey, DeviceHealth>,
): Promise<void> {
  if (wanted.size === 0) return;
  const changes = healthChanges(wanted, way.observed, await boardsOf(way));
  const failed = (await sendStage(way, stage, changes)).find(({ status }) => status !== 'done');
  if (failed === undefined) return;
  throw new ExternalError({
    what: `set the health of ${failed.key.slice('device/'.length)}`,
    where: way.master,
    why: failed.reason ?? failed.status,
    retry: 'soon',
  });
}

/** Changes of the health only, for devices that exist and have a different health. */
function healthChanges(
  wanted: ReadonlyMap<ObjectKey, DeviceHealth>,
  observed: ObservedMaster,
  boards: ReadonlyMap<string, Board>,
): Change[] {
  return [...wanted].flatMap(([key, after]): Change[] => {
    const object = observed.objects.get(key);
    if (object?.kind !== 'device') return [];
    const before = boards.get(object.name)?.health ?? undefined;
    if (before === undefined || before === after) return [];
    const next: ConfigurationObject = { ...object, fields: { ...object.fields, health: after } };
    const field = { field: 'health', before, after, cause: 'this change' } as const;
    return [{ key, verb: 'update', cause: 'this change', object: next, fields: [field] }];
  });
}

export interface Patience {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

/**
 * Polls until `ask` returns a value. A master that is unavailable for a while is asked again.
 * @returns null if there was no value in time
 */
export async function pollBoards<T>(
  way: Way,
  { timeoutMs, pollMs }: Patience,
  ask: (boards: ReadonlyMap<string, Board>) => T | null,
): Promise<T | null> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    // Decided before asking: after a machine was suspended, the master is asked once more.
    const isLast = Date.now() >= end;
    const answer = await boardsOf(way).then(ask, (error: unknown) => {
      if (error instanceof ExternalError && error.retry === 'soon' && !isLast) return null;
      throw error;
    });
    if (answer !== null) return answer;
    if (isLast) return null;
    await wait(pollMs, undefined, { signal: way.signal });
  }
}
