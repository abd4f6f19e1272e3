import { describe, expect, it } from 'vitest';
import { device } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

/** Devices whose type and worker do not matter. */
const boards = ['a', 'b'].map((name) => device(name, { deviceType: 'qemu', worker: null }));
const synced = new Set(['device/a'] as const);
const situation = { lab: boards, master: boards, view: { synced }, lastApplied: null };

describe("devices of LAVA's own `manage sync`", () => {
  it('are not adopted without consent, even if they match the lab', () => {
    const plan = planOf(situation);
    expect(plan.changes.map(({ key, verb }) => `${verb} ${key}`)).toEqual([
      'adopt device/b',
      'report device/a',
    ]);
    expect(plan.remarks).toHaveLength(1);
  });

  it('are adopted by a rule, which the plan resolves to names', () => {
    const plan = planOf({ ...situation, consents: { adoptSynced: true } });
    expect(plan.changes.map(({ key, verb }) => `${verb} ${key}`)).toEqual([
      'adopt device/a',
      'adopt device/b',
    ]);
    expect(plan.settings.adopt).toEqual(new Set(['device/a']));
  });

  it.each([
    [5, 'device/d, device/e, which'],
    [6, 'device/d, device/e and 1 more, which'],
  ])('are named one by one up to five: %i', (count, text) => {
    const lab = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count).map((name) => device(name, { worker: null }));
    const view = { synced: new Set(lab.map(({ name }) => `device/${name}` as const)) };
    const { remarks } = planOf({ lab, master: lab, view, lastApplied: null });
    expect(remarks).toEqual([expect.stringContaining(text)]);
  });
});
