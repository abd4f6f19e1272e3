import { describe, expect, it } from 'vitest';
import { keyOf, type ObjectKey, type ObservedMaster } from '../../../src/model/index.js';
import { makePlan, noConsents, type Consents } from '../../../src/plan/index.js';
import { desiredMaster, device, policy } from '../../support/desired.js';

/** Devices whose type and worker nobody looks for. */
const boards = ['a', 'b'].map((name) => device(name, { deviceType: 'qemu', worker: null }));
const observed: ObservedMaster = {
  software: 'lava',
  release: '2023.01',
  objects: new Map(boards.map((board) => [keyOf(board), board])),
  unreadable: [],
  unsupported: new Set(),
  builtIn: new Set(),
  synced: new Set<ObjectKey>(['device/a']),
};

function planned(consents: Consents) {
  return makePlan({
    desired: desiredMaster(boards),
    observed,
    lastApplied: null,
    policy,
    mode: 'enforce',
    consents,
    repository: '/lab',
    revision: 'r1',
    targetUrl: 'http://master.example',
  });
}

describe("devices of LAVA's own `manage sync`", () => {
  it('are not taken over without being asked, even when they are as the lab wants them', () => {
    const plan = planned(noConsents);
    expect(plan.changes.map(({ key, verb }) => `${verb} ${key}`)).toEqual([
      'adopt device/b',
      'report device/a',
    ]);
    expect(plan.remarks).toHaveLength(1);
  });

  it('are taken over by a rule, which the plan writes out', () => {
    const plan = planned({ ...noConsents, adoptSynced: true });
    expect(plan.changes.map(({ key, verb }) => `${verb} ${key}`)).toEqual([
      'adopt device/a',
      'adopt device/b',
    ]);
    expect(plan.settings.adopt).toEqual(new Set(['device/a']));
  });
});
