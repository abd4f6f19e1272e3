import { afterEach, beforeEach, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import type { Change } from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';

let master: SimulatedMaster;
let target: MasterTarget;
beforeEach(async () => {
  master = await startSimulatedMaster({ release: '2023.01' });
  target = createMasterTarget(master);
});
afterEach(async () => {
  await master.stop();
});

function describeWorker(description: string): Change {
  const object = { kind: 'worker', name: 'example.com', fields: { description } } as const;
  const field = {
    field: 'description',
    before: undefined,
    after: description,
    cause: 'this change',
  } as const;
  return { key: 'worker/example.com', verb: 'update', cause: 'this change', object, fields: [field] };
}

/** @returns how many requests the apply needed */
async function apply(description: string): Promise<number> {
  const before = master.requests();
  const statuses: string[] = [];
  const revision = { repository: '/lab', revision: 'r1', fingerprint: 'f' };
  await target.apply([describeWorker(description)], revision, ({ status }) => void statuses.push(status));
  expect(statuses).toEqual(['done']);
  return master.requests() - before;
}

it('an apply after an observation does not ask for the release and the user again; the next one does', async () => {
  await target.observe(new Set());
  const first = await apply('one');
  expect(await apply('two')).toBe(first + 2);
  await target.observe(new Set());
  expect(await apply('three')).toBe(first);
});

it('an apply after an observation that failed asks for them', async () => {
  await target.observe(new Set());
  master.setFaults([{ kind: 'status', status: 403, match: { path: '/system/' } }]);
  await expect(target.observe(new Set())).rejects.toMatchObject({ retry: 'after-change' });
  await expect(apply('one')).rejects.toMatchObject({ retry: 'after-change' });
  master.setFaults([]);
  await expect(apply('two')).resolves.toBeGreaterThan(0);
});
