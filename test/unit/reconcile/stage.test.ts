import { expect, it } from 'vitest';
import type { ObjectKey } from '../../../src/model/index.js';
import { pollBoards, setHealths } from '../../../src/reconcile/write/stage.js';
import { device } from '../../support/lab/desired.js';
import { observedMaster } from '../../support/lab/plan-of.js';
import { modelMaster } from '../../support/targets/model-master.js';

it('sets the health only of devices that exist and have a different health', async () => {
  const devices = [device('good', { health: 'Good' }), device('kept', { health: 'Maintenance' })];
  const target = modelMaster(devices);
  const written: ObjectKey[] = [];
  target.onWrite = (_, key) => void written.push(key);
  const way = {
    target,
    master: 'main',
    observed: observedMaster(devices),
    revision: { repository: '/lab', revision: 'b', fingerprint: 'f' },
    signal: new AbortController().signal,
  };
  const keys = ['device/good', 'device/kept', 'device/gone'] as const;
  await setHealths(way, 'park', new Map(keys.map((key) => [key, 'Maintenance'])));
  expect(written).toEqual(['device/good']);
  expect(target.rows.get('device/good')?.fields).toMatchObject({ health: 'Maintenance' });
});

it('asks the master once more if the time ran out while this machine was suspended', async () => {
  const target = modelMaster([device('board', { health: 'Unknown' })]);
  let asked = 0;
  target.boards = () => {
    asked += 1;
    const health = asked === 1 ? 'Unknown' : 'Good';
    // The answer is on its way while the deadline passes.
    const end = Date.now() + 2;
    while (Date.now() < end);
    return Promise.resolve(new Map([['board', { health, state: 'Idle', lastHealthCheck: null }]]));
  };
  const way = {
    target,
    master: 'main',
    observed: observedMaster([]),
    revision: { repository: '/lab', revision: 'b', fingerprint: 'f' },
    signal: new AbortController().signal,
  };
  const isGood = await pollBoards(way, { timeoutMs: 1, pollMs: 0 }, (boards) =>
    boards.get('board')?.health === 'Good' ? true : null,
  );
  expect(isGood).toBe(true);
});
