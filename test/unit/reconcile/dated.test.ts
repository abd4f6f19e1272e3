import { expect, it } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import { noConsents } from '../../../src/plan/index.js';
import {
  detectDatedDrift,
  reconcile,
  type DriftMemory,
  type DriftNotes,
} from '../../../src/reconcile/index.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';

const key = 'worker/w1';

/** An applied lab with one drifted field, and a memory for it. */
async function start() {
  const written: DriftNotes[] = [];
  const driftMemory: DriftMemory = {
    read: () => Promise.resolve(written.at(-1) ?? { seen: [], putBack: [] }),
    write(_master, notes) {
      written.push(notes);
      return Promise.resolve();
    },
  };
  const target = modelMaster();
  const request = {
    ...{ target, records: memoryRecords(), desired: desiredMaster(smallLab()), policy, consents: noConsents },
    ...{ mode: 'enforce' as const, revision: { repository: '/lab', revision: 'r1' } },
  };
  await reconcile(request);
  setField(target, key, 'jobLimit', 9);
  return { request, driftMemory, written };
}

it('dates the drift that an apply restores, and counts that it was restored', async () => {
  const { request, driftMemory, written } = await start();
  const { drift, outcomes } = await reconcile({ ...request, driftMemory });
  expect(outcomes).toMatchObject([{ key, status: 'done' }]);
  expect(drift).toMatchObject({ items: [{ key, field: 'jobLimit' }] });
  expect(written).toMatchObject([{ seen: [], putBack: [{ key }] }]);
});

it('dates nothing without a memory, and nothing after a look at a part of the master', async () => {
  const { request, driftMemory, written } = await start();
  const changed = desiredMaster([...smallLab(), worker('w2')]);
  const revision = { repository: '/lab', revision: 'r2' };
  const partial = await reconcile({ ...request, desired: changed, revision, driftMemory, onlyChanged: true });
  expect([partial.isPartial, partial.drift]).toEqual([true, undefined]);
  expect((await reconcile(request)).drift).toBeUndefined();
  expect(written).toEqual([]);
});

it('reports drift, and what was applied, even if the times cannot be read', async () => {
  const { request, driftMemory } = await start();
  const error = new ExternalError({
    what: 'the notes are damaged',
    where: 'notes',
    why: 'not JSON',
    retry: 'never',
  });
  const broken: DriftMemory = { ...driftMemory, read: () => Promise.reject(error) };
  expect((await detectDatedDrift(request, broken, true)).dated).toMatchObject({
    items: [{ key }],
    undated: error,
  });
  const { drift, outcomes } = await reconcile({ ...request, driftMemory: broken });
  expect(outcomes).toMatchObject([{ status: 'done' }]);
  expect(drift?.undated).toBe(error);
});

it('stores no times of a comparison with another revision than the applied one', async () => {
  const { request, driftMemory, written } = await start();
  expect((await detectDatedDrift(request, driftMemory, false)).dated.items).toMatchObject([{ key }]);
  expect(written).toEqual([]);
});
