/** What the last line of `plan`, `drift` and `apply` reports, and what `apply` lists as held back. */
import { describe, expect, it } from 'vitest';

import { describeResult } from '../../../src/cli/print/apply-result.js';
import { verdictOfDrift, verdictOfPlan } from '../../../src/plan/index.js';
import { verdictOfApply, type ReconcileResult } from '../../../src/reconcile/index.js';
import { ExternalError } from '../../../src/diagnostics/index.js';
import { device, deviceType, worker } from '../../support/lab/desired.js';
import { planOf, type Situation } from '../../support/lab/plan-of.js';

const w1 = worker('w1', { jobLimit: 1 });
const drifted: Situation = {
  master: [worker('w1', { jobLimit: 9 })],
  lab: [w1],
  record: [w1],
  mode: 'warn',
};
const unadopted: Situation = { master: [worker('w1', { jobLimit: 9 })], lab: [w1], record: [] };
const unread: Situation = { lab: [w1], view: { unreadable: [{ kind: 'worker', reason: 'HTTP 500' }] } };
const unmet: Situation = {
  record: [],
  master: [deviceType('qemu')],
  lab: [device('board-1')],
  blocked: [['worker/w1', ['yaml-syntax']]],
};
const half: Situation = { ...drifted, lab: [w1, worker('w2')] };

describe('the verdict of plan and of drift', () => {
  it.each<[string, Situation, number, number, string]>([
    ['nothing', { master: [w1], lab: [w1] }, 0, 0, 'null'],
    ['drift', drifted, 5, 5, '1 object drifted'],
    ['observed drift', { ...drifted, mode: 'observe' }, 0, 0, 'null'],
    ['drift and a change', half, 2, 5, '1 object drifted'],
    ['an object that is not adopted', unadopted, 5, 5, '1 object not adopted, and different from the lab'],
    ['a list that cannot be read', unread, 1, 1, '1 object could not be read'],
    ['a missing requirement', unmet, 1, 1, '1 object not made, because what it needs is missing'],
  ])('%s', (_name, situation, ofPlan, ofDrift, why) => {
    const plan = planOf(situation);
    expect(verdictOfPlan(plan).code).toBe(ofPlan);
    expect(verdictOfDrift(plan).code).toBe(ofDrift);
    expect(String(verdictOfDrift(plan).why)).toContain(why);
  });

  it('of plan counts the changes', () => {
    expect(verdictOfPlan(planOf(half))).toEqual({ code: 2, why: '1 object to be changed by an apply' });
  });
});

function applied(situation: Situation, more: Partial<ReconcileResult> = {}): ReconcileResult {
  return {
    plan: planOf(situation),
    outcomes: [],
    forced: [],
    record: null,
    isPartial: false,
    offlineWorkers: null,
    ...more,
  };
}

describe('an apply after which something is left', () => {
  it.each<[string, ReconcileResult, boolean, number, string, string]>([
    [
      'drift that mode warn leaves',
      applied(drifted),
      false,
      5,
      '1 object drifted and left as it is (mode warn)',
      'report worker/w1 (jobLimit): it changed on the master after',
    ],
    [
      'a missing requirement',
      applied(unmet),
      false,
      1,
      '1 object not made, because what it needs is missing',
      'it needs worker/w1, which is not on the master',
    ],
    [
      'a missing requirement, because of an error in the lab',
      applied(unmet),
      true,
      3,
      'the lab has errors',
      'it needs worker/w1, which is not on the master',
    ],
    ['a list that cannot be read', applied(unread), false, 1, '1 object could not be read', 'HTTP 500'],
    [
      'a failure',
      applied(
        { lab: [w1] },
        {
          failure: new ExternalError({ what: 'write', where: 'url', why: 'it is down', retry: 'soon' }),
          outcomes: [{ key: 'worker/w1', verb: 'create', status: 'failed', reason: 'HTTP 500' }],
        },
      ),
      true,
      1,
      'the run could not be completed; 1 failed',
      'create worker/w1: HTTP 500',
    ],
    ['errors in the lab', applied(drifted), true, 3, 'the lab has errors', 'it changed on the master after'],
    [
      'a change since the plan',
      applied({ lab: [w1] }, { refused: { kind: 'moved', moved: [] } }),
      false,
      4,
      'nothing was applied: something has changed since the plan was made',
      'plan again',
    ],
  ])('%s: states the reason, and what it concerns', (_name, result, hasErrors, code, why, line) => {
    const verdict = verdictOfApply(result, hasErrors);
    expect(verdict.code).toBe(code);
    expect(verdict.why).toContain(why);
    expect(describeResult(result, [])).toContain(line);
  });

  it('does not list drift that the lab only observes', () => {
    const result = applied({ ...drifted, mode: 'observe' });
    expect(verdictOfApply(result, false)).toEqual({ code: 0, why: null });
    expect(describeResult(result, [])).toBe(`main at ${'b'.repeat(12)}: nothing to do`);
  });
});
