import { ExternalError } from '../../diagnostics/index.js';
import type { Change } from '../../model/index.js';
import { deviceWork } from './device-work.js';
import { groupWork } from './group-work.js';
import { deviceTypeWork, fileWork, workerWork } from './other-work.js';
import { runWorks, type Progress } from './run-calls.js';
import { verify } from './verify.js';
import { Unwritable, type Work, type WriteContext } from './work.js';

export interface Failure {
  readonly reason: string;
  /** The object exists now, because this change created it. */
  readonly created?: true;
}

/**
 * Makes independent changes and reads them back. A new object that could not be completed is removed again.
 * @returns the changes that failed
 * @throws ExternalError when the master cannot be read
 */
export async function applyRun(
  context: WriteContext,
  changes: readonly Change[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Change, Failure>> {
  const progress = startedProgress();
  const works = await worksOf(changes, context, progress.failures);
  await runWorks(context, works, progress, signal);

  const written = [...works.keys()].filter((change) => !progress.failures.has(change));
  const wrong = new Map(await verify(context.session, written, progress.readBack, signal));
  const half = [...progress.failures.keys()].filter((change) => progress.created.has(change));
  const standing = await removeAgain(context, half);
  const failures = new Map<Change, Failure>();
  for (const [change, reason] of progress.failures) failures.set(change, failureOf(change, reason, standing));
  for (const [change, { reason, isThere }] of wrong) {
    const isOurs = change.verb === 'create' && isThere;
    const why = progress.lost.get(change) ?? reason;
    failures.set(change, { reason: why, ...(isOurs ? { created: true } : {}) });
  }
  return failures;
}

function startedProgress(): Progress {
  return { failures: new Map(), lost: new Map(), created: new Set(), readBack: new Map() };
}

async function worksOf(
  changes: readonly Change[],
  context: WriteContext,
  failures: Map<Change, string>,
): Promise<ReadonlyMap<Change, Work>> {
  const works = new Map<Change, Work>();
  for (const change of changes) {
    try {
      works.set(change, await workOf(change, context));
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      failures.set(change, error.message);
    }
  }
  return works;
}

async function workOf(change: Change, context: WriteContext): Promise<Work> {
  if (change.verb === 'keep' || change.verb === 'report') return {};
  switch (change.object.kind) {
    case 'group':
      return groupWork(change, context);
    case 'template':
    case 'health-check':
      return fileWork(change, context);
    case 'device-type':
      return deviceTypeWork(change, context);
    case 'worker':
      return workerWork(change, context);
    case 'device':
      return deviceWork(change, context);
  }
}

/** What remains of objects that were to be removed again: why each of them still exists, or null if it does not. */
type Standing = ReadonlyMap<Change, string | null>;

/**
 * Removes objects that these changes have just created and could not complete. A device was created in Maintenance, so it
 * has no jobs; a device type to which somebody added a device meanwhile stays.
 */
async function removeAgain(context: WriteContext, half: readonly Change[]): Promise<Standing> {
  if (half.length === 0) return new Map();
  const removals = new Map(half.map((change) => [change, { ...change, verb: 'delete' as const }]));
  const progress = startedProgress();
  let unknown: string | null = null;
  try {
    const works = await worksOf([...removals.values()], context, progress.failures);
    await runWorks(context, works, progress);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    unknown = error.message;
  }
  return new Map(
    [...removals].map(([change, removal]) => [
      change,
      progress.failures.get(removal) ?? progress.lost.get(removal) ?? unknown,
    ]),
  );
}

function failureOf(change: Change, reason: string, standing: Standing): Failure {
  const why = standing.get(change);
  if (why === undefined) return { reason };
  if (why === null) return { reason: `${reason}; what had been created was removed again` };
  return { reason: `${reason}; what had been created could not be removed again: ${why}`, created: true };
}
