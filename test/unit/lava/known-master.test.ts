/** What a master reported the last time saves requests, and never counts without being confirmed. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createMasterTarget, type KnownMaster, type MasterMemory } from '../../../src/lava/index.js';
import type { Change, ObservedMaster } from '../../../src/model/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';

let master: SimulatedMaster;
let known: Map<string, KnownMaster>;
const memory: MasterMemory = {
  recall: (url) => Promise.resolve(known.get(url) ?? null),
  remember: (url, now) => Promise.resolve(void known.set(url, now)),
};
beforeEach(async () => {
  master = await startSimulatedMaster({ release: '2023.06' });
  known = new Map();
});
afterEach(async () => {
  await master.stop();
});

async function observe(): Promise<{ observed: ObservedMaster; requests: number }> {
  const before = master.requests();
  const observed = await createMasterTarget(master, memory).observe(new Set());
  return { observed, requests: master.requests() - before };
}

async function addGroup(name: string): Promise<void> {
  const object = { kind: 'group', name, fields: { members: [], permissions: [] } } as const;
  const change: Change = {
    key: `group/${name}`,
    verb: 'create',
    cause: 'this change',
    object,
    fields: [],
  };
  const revision = { repository: '/lab', revision: 'r1', fingerprint: 'f' };
  await createMasterTarget(master).apply([change], revision, ({ status }) => {
    expect(status).toBe('done');
  });
}

it('is read without asking for its release and its user first, nor for its groups afterwards', async () => {
  await addGroup('lab-one');
  const first = await observe();
  const second = await observe();
  expect(second.observed).toEqual(first.observed);
  expect(first.observed.objects.has('group/lab-one')).toBe(true);
  expect(first.requests - second.requests).toBe(3);
});

it.each([
  ['has another release', { release: '2020.12' }],
  ['has another user', { user: 'somebody' }],
  ['lost a group', { groups: ['gone'] }],
  ['can no longer be asked', { groups: ['\u0000'] }],
] as const)('that %s is read like an unknown one, and remembered as it is', async (_, change) => {
  await addGroup('lab-one');
  const { observed } = await observe();
  const [[url, right] = ['', null]] = known;
  if (right === null) throw new Error('nothing is remembered');
  known.set(url, { ...right, ...change });
  expect((await observe()).observed).toEqual(observed);
  expect(known.get(url)).toEqual(right);
});

it('that does not respond is a failure, whatever is known of it', async () => {
  await observe();
  master.setFaults([{ kind: 'status', status: 503, match: { path: '/RPC2' } }]);
  const options = { url: master.url, token: master.token, firstRetryMs: 1 };
  await expect(createMasterTarget(options, memory).observe(new Set())).rejects.toMatchObject({
    retry: 'soon',
  });
});
