import { describe, expect, it } from 'vitest';

import { noConsents } from '../../../src/plan/index.js';
import type { Policy } from '../../../src/model/index.js';
import {
  planMaster,
  problemsOf,
  recordFromText,
  recordToText,
  reconcile,
  verdictOfApply,
  type Progress,
  type ReconcileRequest,
  type RevisionVerifier,
} from '../../../src/reconcile/index.js';
import { reconcileWith } from '../../../src/controller/index.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster } from '../../support/targets/model-master.js';

const required: Policy = { ...policy, signatures: 'required' };
const [before, after] = [smallLab(3), [...smallLab(3), worker('w9')]];

/** A lab of which r1 was applied, and how its revisions are verified. */
async function appliedLab(policyBefore: Policy | null) {
  const [target, records] = [modelMaster(), memoryRecords()];
  const asked: Parameters<RevisionVerifier>[0][] = [];
  const steps: Progress[] = [];
  const answer = {
    problem: { message: 'r2 is not accepted', hint: 'Sign it.' } as { message: string; hint: string } | null,
  };
  const verifyRevision: RevisionVerifier = (question) => {
    asked.push(question);
    return Promise.resolve({ problem: answer.problem, isOwnList: question.inForce === null });
  };
  const request = (more: Partial<ReconcileRequest> = {}): ReconcileRequest => ({
    target,
    records,
    desired: desiredMaster(after),
    policy: required,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r2' },
    consents: noConsents,
    verifyRevision,
    onProgress: (progress) => steps.push(progress),
    ...more,
  });
  if (policyBefore !== null) {
    const { problem } = answer;
    answer.problem = null;
    const revision = { repository: '/lab', revision: 'r1' };
    await reconcile(request({ desired: desiredMaster(before), policy: policyBefore, revision }));
    answer.problem = problem;
    asked.length = 0;
    steps.length = 0;
  }
  return { target, records, request, asked, answer, steps };
}

describe('a revision whose signature is not accepted', () => {
  it.each([
    {},
    { locksOnlyToWrite: true },
    { onlyChanged: true },
    { consents: { ...noConsents, force: 'x' } },
  ])('changes nothing: %j', async (more) => {
    const { target, records, request } = await appliedLab(required);
    const [writes, record] = [target.writes, records.record];
    const result = await reconcile(request(more));
    expect(result.refused).toEqual({
      kind: 'untrusted',
      problem: { message: 'r2 is not accepted', hint: 'Sign it.' },
    });
    expect([target.writes, records.record, result.forced]).toEqual([writes, record, []]);
    expect(problemsOf(result)).toEqual(['refused: r2 is not accepted. Sign it.']);
    expect(verdictOfApply(result, false).code).toBe(4);
  });

  it('cannot drop the requirement', async () => {
    const { request, asked } = await appliedLab(required);
    expect((await reconcile(request({ policy }))).refused?.kind).toBe('untrusted');
    expect(asked).toEqual([{ commit: 'r2', inForce: 'r1', requiresSigners: false }]);
  });

  it('cannot come with a new master, which has no record', async () => {
    const { records, request, asked } = await appliedLab(required);
    const { record } = records;
    const other = { ...records, read: (name: string) => Promise.resolve(name === 'main' ? record : null) };
    const desired = desiredMaster(after);
    const renamed = { ...desired, master: { ...desired.master, name: 'other' } };
    const result = await reconcile(request({ records: other, desired: renamed, policy }));
    expect(result.refused?.kind).toBe('untrusted');
    expect(asked).toEqual([{ commit: 'r2', inForce: 'r1', requiresSigners: false }]);
  });

  it('is refused by a plan too, and by the controller with one sentence', async () => {
    const { target, records, request } = await appliedLab(required);
    expect((await planMaster(request())).remarks).toContain(
      'apply would refuse this plan: r2 is not accepted. Sign it.',
    );
    const { verifyRevision } = request();
    const run = reconcileWith(records, undefined, undefined, verifyRevision ?? undefined);
    const desired = desiredMaster(after);
    const lab = { policy: required } as Parameters<typeof run>[0]['lab'];
    const { signal } = new AbortController();
    const result = await run({ target, desired, lab, repository: '/lab', revision: 'r2', signal });
    expect(result).toMatchObject({
      outcome: 'refused',
      problems: ['r2 is not accepted. Sign it.'],
      sight: { untrusted: 'r2 is not accepted' },
    });
  });
});

describe('a revision is not verified', () => {
  it('if it is the one that is applied: drift is repaired', async () => {
    const { target, request, asked } = await appliedLab(required);
    target.rows.delete('worker/w1');
    const revision = { repository: '/lab', revision: 'r1+local' };
    const result = await reconcile(request({ desired: desiredMaster(before), revision }));
    expect([result.refused, asked]).toEqual([undefined, []]);
    expect(target.rows.has('worker/w1')).toBe(true);
  });

  it('if neither it nor the revision in force requires that', async () => {
    const { request, asked } = await appliedLab(policy);
    expect((await reconcile(request({ policy }))).refused).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('in a plan that is about a pull request', async () => {
    const { request } = await appliedLab(required);
    expect((await planMaster(request({ verifyRevision: null }))).remarks.join()).not.toContain('r2');
  });
});

describe('the first revision that requires signatures', () => {
  it.each([null, policy])('is verified with its own list, and that is reported: %j', async (policyBefore) => {
    const { records, request, asked, answer, steps } = await appliedLab(policyBefore);
    answer.problem = null;
    expect((await reconcile(request())).refused).toBeUndefined();
    expect(asked).toEqual([{ commit: 'r2', inForce: null, requiresSigners: true }]);
    expect(steps.filter(({ step }) => step === 'accepted')).toHaveLength(1);
    const text = recordToText(records.record ?? expect.fail('nothing was recorded'));
    expect(recordFromText(text, 'main', 'test').signatures).toBe('required');
  });
});

it('is never applied if nothing can verify it', async () => {
  const { target, request } = await appliedLab(required);
  const { writes } = target;
  const { verifyRevision, ...without } = request();
  expect(verifyRevision).toBeDefined();
  await expect(reconcile(without)).rejects.toThrow('nothing verifies');
  await expect(reconcile({ ...without, verifyRevision: null })).rejects.toThrow('nothing verifies');
  expect(target.writes).toBe(writes);
});
