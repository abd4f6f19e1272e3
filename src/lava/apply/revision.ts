import type { Change, ChangeOutcome, RevisionInfo } from '../../model/index.js';
import type { WriteGuard } from '../../reconcile/index.js';
import { parseObject, type Json, type JsonObject } from '../rest.js';
import type { Session } from '../session.js';
import { verify, type Mismatch } from './verify.js';
import { outcomesInOrder, type Ending } from './outcomes.js';
import { wantedFields } from './work.js';

const what = 'apply a revision';

/**
 * Sends changes to an embedded master and reads them back. The master makes them in one transaction, without those that
 * cannot be made and what needs them; 422: none can be made. The same revision and fingerprint may be sent again: the
 * master returns the same response.
 * @throws ExternalError when the request fails
 */
export async function applyToLavaflow(
  session: Session,
  changes: readonly Change[],
  revision: RevisionInfo,
  onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
  signal?: AbortSignal,
  guard?: WriteGuard,
): Promise<void> {
  const report = outcomesInOrder(changes, onOutcome);
  const body = {
    repository: revision.repository,
    revision: revision.revision,
    fingerprint: revision.fingerprint,
    changes: changes.map((change) => ({
      verb: change.verb,
      kind: change.object.kind,
      name: change.object.name,
      fields: setsFields(change) ? wantedFields(change) : {},
    })),
  };
  const response = await session.http.request({
    what,
    method: 'POST',
    path: 'api/lavaflow/v1/revisions',
    body: { type: 'application/json', text: JSON.stringify(body) },
    // One transaction, and idempotent: repeated if the response is lost.
    repeatable: true,
    answers: [422],
    signal,
    guard,
  });
  const answer = parseObject(session.http, what, response.text);
  const refused = refusals(answer);
  if (response.status === 422) {
    const detail =
      typeof answer['detail'] === 'string' ? answer['detail'] : 'the master rejected the revision';
    for (const change of changes) {
      await report(
        change,
        refused.get(change.key) ?? { status: 'skipped', reason: `nothing was applied: ${detail}` },
      );
    }
    return;
  }
  const made = changes.filter(({ key }) => !refused.has(key));
  const different = new Map(await verify(session, made, new Map(), signal));
  for (const change of changes) {
    await report(change, refused.get(change.key) ?? endingOf(change, different.get(change)));
  }
}

function endingOf({ verb }: Change, mismatch: Mismatch | undefined): Ending {
  if (mismatch === undefined) return { status: 'done' };
  const { reason, isThere } = mismatch;
  return { status: 'failed', reason, ...(verb === 'create' && isThere ? { created: true } : {}) };
}

function setsFields(change: Change): boolean {
  return change.verb === 'create' || change.verb === 'update' || change.verb === 'adopt';
}

type Refusal = Pick<ChangeOutcome, 'status' | 'reason'>;

/** The changes that the master did not make, by key. */
function refusals(answer: JsonObject): ReadonlyMap<string, Refusal> {
  const { outcomes } = answer;
  const list: readonly Json[] = Array.isArray(outcomes) ? outcomes : [];
  const found = new Map<string, Refusal>();
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
    const { key, status, reason } = entry as JsonObject;
    if (typeof key !== 'string' || status === 'done') continue;
    found.set(key, {
      status: status === 'failed' ? 'failed' : 'skipped',
      reason: typeof reason === 'string' ? reason : 'rejected by the master',
    });
  }
  return found;
}
