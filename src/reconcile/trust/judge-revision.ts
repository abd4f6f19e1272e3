/**
 * Whether a revision may be applied to a master: if the revision in force requires signatures, only if one of its signers
 * has signed the new one. The revision in force is the one that was applied to this master last; for a master without a
 * record, the one that was applied last to any master of the lab, so that a new master does not avoid the check.
 */
import { commitOf, type AppliedRecord, type Policy } from '../../model/index.js';
import { shortRevision } from '../../plan/index.js';
import type { RecordStore, RevisionProblem, RevisionVerifier } from '../ports.js';

export interface RevisionRequest {
  readonly records: Pick<RecordStore, 'read' | 'masters'>;
  readonly policy: Pick<Policy, 'signatures'>;
  readonly revision: { readonly repository: string; readonly revision: string };
  readonly verifyRevision?: RevisionVerifier | null;
}

export interface RevisionJudgement {
  /** null: it may be applied. */
  readonly problem: RevisionProblem | null;
  /** For the readers of a plan. */
  readonly remarks: readonly string[];
}

const fine: RevisionJudgement = { problem: null, remarks: [] };

/**
 * @param record of the master
 * @throws ExternalError when this cannot be determined
 */
export async function judgeRevision(
  record: AppliedRecord | null,
  request: RevisionRequest,
): Promise<RevisionJudgement> {
  const commit = commitOf(request.revision.revision);
  if (record !== null && commitOf(record.revision) === commit) return fine;
  const inForce = record ?? (await lastApplied(request.records));
  const wasRequired = inForce?.signatures === 'required';
  const isRequired = request.policy.signatures === 'required';
  if (!wasRequired && !isRequired) return fine;
  // Only commits are signed, and only commits are applied.
  if (commit === 'working-tree') return fine;
  if (request.verifyRevision == null) throw new Error('nothing verifies the signatures of revisions');
  const { problem, isOwnList } = await request.verifyRevision({
    commit,
    inForce: wasRequired ? commitOf(inForce.revision) : null,
    requiresSigners: isRequired,
  });
  if (problem !== null) return { problem, remarks: [] };
  const remarks: string[] = [];
  if (isOwnList) {
    remarks.push(
      `signatures: no revision in force requires them, so ${shortRevision(commit)} is verified with its own list of signers. Check that list`,
    );
  }
  if (wasRequired && !isRequired)
    remarks.push('signatures: after this revision, revisions no longer need a signature');
  return { problem: null, remarks };
}

/** What was applied last to any master that requires signatures. */
async function lastApplied(records: RevisionRequest['records']): Promise<AppliedRecord | null> {
  let last: AppliedRecord | null = null;
  for (const master of await records.masters()) {
    const record = await records.read(master);
    if (record?.signatures !== 'required') continue;
    if (last === null || Date.parse(record.appliedAt) > Date.parse(last.appliedAt)) last = record;
  }
  return last;
}
