import { objectKinds, type ChangeOutcome, type ObjectKind } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import type { Tx } from '../store/open-store.js';
import { insertRevision, latestRevision } from '../store/configuration/revisions.js';
import type { Application } from './application.js';
import { applyDevice, deleteOneDevice } from './devices.js';
import { applyAliases, applyDeviceType, deleteOneDeviceType } from './device-types.js';
import type { RequestedChange, RevisionRequest } from './request.js';
import { applyTemplate } from './templates.js';
import { applyWorker, deleteOneWorker, forgetKeys } from './workers.js';

export interface AppliedRevision {
  readonly applied: boolean;
  /** One outcome per change, in the order of the request. */
  readonly outcomes: readonly ChangeOutcome[];
}

/**
 * Makes all changes of a revision in one transaction, or none. Objects are written in the order of their dependencies, and
 * deletions come last; the order of the request does not matter. The latest revision may be sent again: the final state and
 * the response are the same.
 */
export async function applyRevision(
  context: MasterContext,
  request: RevisionRequest,
): Promise<AppliedRevision> {
  const problems = new Map<RequestedChange, string>();
  try {
    await context.store.write(async (tx, tell) => {
      const application = await openRevision(tx, request, context.now());
      for (const [change, problem] of await applyAll(application, request.changes)) {
        problems.set(change, problem);
      }
      if (problems.size > 0) throw new RolledBack();
      tell({ kind: 'revision', revision: request.revision });
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return { applied: false, outcomes: request.changes.map((change) => outcomeOf(change, problems)) };
  }
  context.log.info(
    { repository: request.repository, revision: request.revision, changes: request.changes.length },
    'revision applied',
  );
  return {
    applied: true,
    outcomes: request.changes.map(({ key, verb }) => ({ key, verb, status: 'done' })),
  };
}

/** Rolls back the transaction; its outcomes report the problems. */
class RolledBack extends Error {}

async function openRevision(tx: Tx, request: RevisionRequest, now: Date): Promise<Application> {
  const { repository, revision, fingerprint } = request;
  const latest = await latestRevision(tx);
  if (
    latest?.repository === repository &&
    latest.revision === revision &&
    latest.fingerprint === fingerprint
  ) {
    return { tx, revisionId: latest.id, revision, at: now, again: true };
  }
  const changes = request.changes.length;
  const revisionId = await insertRevision(tx, { repository, revision, fingerprint, appliedAt: now, changes });
  return { tx, revisionId, revision, at: now, again: false };
}

async function applyAll(
  application: Application,
  changes: readonly RequestedChange[],
): Promise<[RequestedChange, string][]> {
  const problems: [RequestedChange, string][] = [];
  const seen = new Set<string>();
  for (const change of changes) {
    if (seen.has(change.key))
      problems.push([change, 'another change of this revision is for the same object']);
    seen.add(change.key);
  }
  // A change that would violate a constraint of the database is found before it is written: PostgreSQL aborts a
  // transaction at the first violation, and further problems could not be reported.
  const run = async (
    change: RequestedChange,
    make: (application: Application, change: RequestedChange) => Promise<string | null>,
  ) => {
    const problem = await make(application, change);
    if (problem !== null) problems.push([change, problem]);
  };
  const writes = changes.filter((change) => change.verb !== 'delete');
  await forgetKeys(application, writes);
  for (const kind of objectKinds) {
    const ofKind = writes.filter((change) => change.kind === kind);
    for (const change of ofKind) await run(change, makers[kind]);
    if (kind === 'device-type') problems.push(...(await applyAliases(application, ofKind)));
  }
  for (const kind of objectKinds.toReversed()) {
    for (const change of changes) {
      if (change.verb === 'delete' && change.kind === kind) await run(change, deleters[kind]);
    }
  }
  return problems;
}

type Maker = (application: Application, change: RequestedChange) => Promise<string | null>;

const makers: Readonly<Record<ObjectKind, Maker>> = {
  template: applyTemplate,
  'health-check': applyTemplate,
  'device-type': applyDeviceType,
  worker: applyWorker,
  device: applyDevice,
};

const deleters: Readonly<Record<ObjectKind, Maker>> = {
  template: applyTemplate,
  'health-check': applyTemplate,
  'device-type': deleteOneDeviceType,
  worker: deleteOneWorker,
  device: deleteOneDevice,
};

function outcomeOf(change: RequestedChange, problems: ReadonlyMap<RequestedChange, string>): ChangeOutcome {
  const problem = problems.get(change);
  const { key, verb } = change;
  return problem === undefined
    ? { key, verb, status: 'skipped', reason: 'another change of this revision failed' }
    : { key, verb, status: 'failed', reason: problem };
}
