/** The owner of a device must have an account: a plan finds out, on releases that do not list their users as well. */
import { expect, it } from 'vitest';

import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster } from '../../support/targets/model-master.js';

function setUp() {
  const asked: string[] = [];
  const master = modelMaster();
  const target = {
    ...master,
    readUsers: () => {
      asked.push('users');
      return Promise.resolve(new Set(['ann']));
    },
  };
  const records = memoryRecords();
  const requestFor = (owner: string | undefined) => ({
    target,
    records,
    desired: desiredMaster([
      ...smallLab(1),
      device('board-x', owner === undefined ? {} : { physicalOwner: owner }),
    ]),
    policy: { ...policy, maxUpdateShare: 1 },
    mode: 'enforce' as const,
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
  });
  return { asked, master, requestFor };
}

it('a plan reports an owner without an account, and an apply makes the device without it', async () => {
  const { asked, master, requestFor } = setUp();
  const plan = await planMaster(requestFor('eve'));
  expect(
    plan.changes.filter(({ key }) => key === 'device/board-x').map(({ verb, hold }) => [verb, hold]),
  ).toEqual([
    ['create', undefined],
    ['report', 'no-account'],
  ]);
  expect(asked).toEqual(['users']);
  const { outcomes } = await reconcile(requestFor('eve'));
  expect(outcomes.map(({ status }) => status)).not.toContain('failed');
  expect(master.rows.get('device/board-x')?.fields).not.toHaveProperty('physicalOwner');
});

it('users are read only if a device gets an owner', async () => {
  const { asked, requestFor } = setUp();
  await reconcile(requestFor(undefined));
  expect(asked).toEqual([]);
  await reconcile(requestFor('ann'));
  expect(asked).toEqual(['users']);
  await planMaster(requestFor('ann'));
  expect(asked).toEqual(['users']);
});
