import { describe, expect, it } from 'vitest';
import type { ConfigurationObject, ObservedMaster } from '../../../src/model/index.js';
import { intentOf, unsettled, withIntent } from '../../../src/reconcile/record/intent.js';
import { intentFromText, intentToText } from '../../../src/reconcile/index.js';
import { observedMaster, planOf } from '../../support/lab/plan-of.js';

const type = (fields: ConfigurationObject['fields']): ConfigurationObject =>
  ({ kind: 'device-type', name: 'board', fields }) as ConfigurationObject;
const wanted = type({ aliases: ['a', 'b', 'c'], description: 'mine' });

function intentFor(lab: ConfigurationObject, master: ObservedMaster = observedMaster([])) {
  const plan = planOf({ lab: [lab], observed: master, lastApplied: null, consents: { adopt: 'all' } });
  const intent = intentOf(plan, plan.changes, '2026-01-01T00:00:00.000Z', new Map());
  // As the next run reads it.
  return intentFromText(intentToText(intent), intent.master, 'the test');
}

const isOurs = (intent: ReturnType<typeof intentFor>, seen: ConfigurationObject) =>
  withIntent(null, intent, observedMaster([seen]))?.objects.has('device-type/board') === true;

describe('an object that an interrupted apply has half-written is ours', () => {
  it.each([[[]], [['a']], [['b', 'c']], [['a', 'b', 'c']]])('with the aliases %j', (aliases) => {
    expect(isOurs(intentFor(wanted), type({ aliases, description: 'mine' }))).toBe(true);
    expect(isOurs(intentFor(wanted), type({ aliases, description: null }))).toBe(true);
  });

  it('in the middle of an adoption', () => {
    const intent = intentFor(wanted, observedMaster([type({ aliases: ['old'], description: 'mine' })]));
    expect(isOurs(intent, type({ aliases: ['a', 'old'], description: 'mine' }))).toBe(true);
  });

  it('but not with an entry that nobody intended', () => {
    expect(isOurs(intentFor(wanted), type({ aliases: ['a', 'foreign'], description: 'mine' }))).toBe(false);
    expect(isOurs(intentFor(wanted), type({ aliases: ['a'], description: 'theirs' }))).toBe(false);
  });

  it('whatever it contains, if the creation is known to have happened', () => {
    const reason = 'it could not be removed again';
    const failed = { key: 'device-type/board', verb: 'create', status: 'failed', reason } as const;
    const seen = type({ aliases: ['changed'], description: 'by LAVA' });
    const none = { parked: new Map() };
    const unknown = unsettled(intentFor(wanted), [failed], none);
    const created = unsettled(intentFor(wanted), [{ ...failed, created: true }], none);
    if (unknown === null || created === null) throw new Error('the failed change is not in the intent');
    expect(isOurs(unknown, seen)).toBe(false);
    expect(isOurs(intentFromText(intentToText(created), created.master, 'the test'), seen)).toBe(true);
  });
});
