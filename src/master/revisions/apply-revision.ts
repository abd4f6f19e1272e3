import { objectKinds, type ChangeOutcome, type ObjectKind } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import type { Tx } from '../store/open-store.js';
import { insertRevision, latestRevision, updateRevision } from '../store/configuration/revisions.js';
import type { Application } from './application.js';
import { applyDevice, deleteOneDevice } from './devices.js';
import { applyAliases, applyDeviceType, deleteOneDeviceType } from './device-types.js';
import { Failures } from './failures.js';
import { applyGroup, deleteOneGroup } from './groups.js';
import type { RequestedChange, RevisionRequest } from './request.js';
import { neededByFailed } from './still-needed.js';
import { applyTemplate } from './templates.js';
import { applyWorker, deleteOneWorker, forgetKeys } from './workers.js';

export interface AppliedRevision {
  /** Whether at least one change was made, or there was none to make. */
  readonly applied: boolean;
  /** One outcome per change, in the order of the request. */
  readonly outcomes: readonly ChangeOutcome[];
}

/** Each attempt leaves out at least one change more than the one before. Only contrived revisions need as many. */
const mostAttempts = 50;

/**
 * Makes the changes of a revision in one transaction. What cannot be made, and what needs it, is left out, and the rest is
 * made: every attempt is a transaction of its own, and the first one without a problem is committed. Objects are written
 * in the order of their dependencies, and deletions come last; the order of the request does not matter. The latest
 * revision may be sent again: the final state and the response are the same.
 */
export async function applyRevision(
  context: MasterContext,
  request: RevisionRequest,
): Promise<AppliedRevision> {
  const failures = new Failures(request.changes);
  for (const [change, problem] of request.problems) failures.add(change, problem);
  for (const change of repeatedIn(request.changes)) {
    failures.add(change, 'another change of this revision is for the same object');
  }
  const known = failures.size;
  for (let attempt = 1; ; attempt++) {
    if (attempt > mostAttempts) {
      for (const change of failures.rest()) failures.add(change, 'too many changes of this revision failed');
    }
    const isNothing = request.changes.length > 0 && failures.rest().length === 0;
    if (isNothing) return { applied: false, outcomes: failures.outcomes() };
    const before = failures.size;
    if (await tryToApply(context, request, failures, known)) break;
    if (failures.size === before) throw new Error('a revision failed without a problem');
  }
  context.log.info(
    {
      repository: request.repository,
      revision: request.revision,
      changes: failures.rest().length,
      failed: failures.size,
    },
    'revision applied',
  );
  return { applied: true, outcomes: failures.outcomes() };
}

/**
 * @param known how many changes failed before the first attempt; they fail each time
 * @returns whether the changes are made. If not, nothing is written, and `failures` has grown.
 */
async function tryToApply(
  context: MasterContext,
  request: RevisionRequest,
  failures: Failures,
  known: number,
): Promise<boolean> {
  const before = failures.size;
  try {
    await context.store.write(async (tx, tell) => {
      const application = await openRevision(tx, request, context.now(), failures);
      // The response to an earlier request is repeated, although the changes might be possible by now.
      if (failures.size > before) throw new RolledBack();
      await applyAll(application, failures);
      if (failures.size > before) throw new RolledBack();
      const failed = failures.list().slice(known);
      await updateRevision(tx, application.revisionId, { changes: failures.rest().length, failures: failed });
      tell({ kind: 'revision', revision: request.revision });
    });
    return true;
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return false;
  }
}

/** Rolls back the transaction of an attempt. */
class RolledBack extends Error {}

async function openRevision(
  tx: Tx,
  request: RevisionRequest,
  now: Date,
  failures: Failures,
): Promise<Application> {
  const { repository, revision, fingerprint } = request;
  const latest = await latestRevision(tx);
  if (
    latest?.repository === repository &&
    latest.revision === revision &&
    latest.fingerprint === fingerprint
  ) {
    const endings = new Map(latest.failures.map((failure) => [failure.key, failure]));
    for (const change of request.changes) {
      const ending = endings.get(change.key);
      if (ending !== undefined) failures.add(change, ending.reason, ending.status);
    }
    return { tx, revisionId: latest.id, revision, at: now, again: true };
  }
  const revisionId = await insertRevision(tx, {
    ...{ repository, revision, fingerprint },
    appliedAt: now,
    changes: 0,
    failures: [],
  });
  return { tx, revisionId, revision, at: now, again: false };
}

/** The changes of objects that have several: which one is right is unknown. */
function repeatedIn(changes: readonly RequestedChange[]): RequestedChange[] {
  const counts = new Map<string, number>();
  for (const { key } of changes) counts.set(key, (counts.get(key) ?? 0) + 1);
  return changes.filter(({ key }) => counts.get(key) !== 1);
}

/** Makes the changes that have not failed, and adds the problems that it finds to `failures`. */
async function applyAll(application: Application, failures: Failures): Promise<void> {
  const changes = failures.rest();
  // A change that would violate a constraint of the database is found before it is written: PostgreSQL aborts a
  // transaction at the first violation, and further problems could not be reported.
  const run = async (
    change: RequestedChange,
    make: (application: Application, change: RequestedChange) => Promise<string | null>,
  ) => {
    if (failures.has(change)) return;
    const problem = await make(application, change);
    if (problem !== null) failures.add(change, problem);
  };
  const writes = changes.filter((change) => change.verb !== 'delete');
  await forgetKeys(application, writes);
  for (const kind of objectKinds) {
    const ofKind = writes.filter((change) => change.kind === kind);
    for (const change of ofKind) await run(change, makers[kind]);
    if (kind !== 'device-type') continue;
    const made = ofKind.filter((change) => !failures.has(change));
    for (const [change, problem] of await applyAliases(application, made)) failures.add(change, problem);
  }
  await keepWhatIsNeeded(application, changes, failures);
  for (const kind of objectKinds.toReversed()) {
    for (const change of changes) {
      if (change.verb === 'delete' && change.kind === kind) await run(change, deleters[kind]);
    }
  }
}

/** An object is not taken away from another one whose change was not made. */
async function keepWhatIsNeeded(
  application: Application,
  changes: readonly RequestedChange[],
  failures: Failures,
): Promise<void> {
  const leaving = changes.filter(({ verb }) => verb === 'delete' || verb === 'retire');
  if (leaving.length === 0 || failures.size === 0) return;
  const needed = await neededByFailed(application, failures);
  for (const change of leaving) {
    const user = needed.get(change.key);
    if (user !== undefined)
      failures.add(change, `${user} still needs it, because its change failed`, 'skipped');
  }
}

type Maker = (application: Application, change: RequestedChange) => Promise<string | null>;

const makers: Readonly<Record<ObjectKind, Maker>> = {
  group: applyGroup,
  template: applyTemplate,
  'health-check': applyTemplate,
  'device-type': applyDeviceType,
  worker: applyWorker,
  device: applyDevice,
};

const deleters: Readonly<Record<ObjectKind, Maker>> = {
  group: deleteOneGroup,
  template: applyTemplate,
  'health-check': applyTemplate,
  'device-type': deleteOneDeviceType,
  worker: deleteOneWorker,
  device: deleteOneDevice,
};
