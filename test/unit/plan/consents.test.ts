import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, ObservedMaster } from '../../../src/model/index.js';
import {
  formatPlanMarkdown,
  formatPlanText,
  pendingChanges,
  type Consents,
} from '../../../src/plan/index.js';
import { device, deviceType, worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

function consenting(
  consents: Partial<Consents>,
  lab: readonly ConfigurationObject[],
  master: readonly ConfigurationObject[] = [],
  view: Partial<ObservedMaster> = {},
) {
  return planOf({ consents, lab, blocked: [['worker/broken', ['yaml-syntax']]], master, view });
}

describe('a consent without effect is reported', () => {
  it('to adopt an object that the lab does not name', () => {
    const plan = consenting({ adopt: new Set(['worker/w1', 'worker/broken', 'worker/mistyped']) }, [
      worker('w1'),
    ]);
    expect(plan.remarks).toEqual([
      '`--adopt worker/mistyped` adopts nothing: the lab has no worker/mistyped',
    ]);
    expect(formatPlanText(plan, { color: false, diffs: false })).toContain('note: `--adopt worker/mistyped`');
    expect(formatPlanMarkdown(plan)).toContain('adopts nothing');
  });

  it('to delete an object that is still in the lab, or never was', () => {
    const recorded = [worker('w1'), worker('w2'), deviceType('qemu')];
    const allowDelete = new Set(['worker/w1', 'worker/w2', 'worker/mistyped'] as const);
    expect(consenting({ allowDelete }, [worker('w1'), deviceType('qemu')], recorded).remarks).toEqual([
      '`--allow-delete worker/mistyped` deletes nothing: lavaflow has not applied worker/mistyped',
      '`--allow-delete worker/w1` deletes nothing: the lab still names it',
    ]);
  });

  it('but not `all` and `synced`, which do not name objects', () => {
    const synced = new Set(['device/x'] as const);
    const lab = [deviceType('qemu')];
    expect(consenting({ adopt: 'all', allowDelete: 'all' }, lab).remarks).toEqual([]);
    const plan = consenting({ adoptSynced: true }, [...lab], [], { synced });
    expect(plan.remarks.filter((remark) => remark.includes('adopts nothing'))).toEqual([]);
  });
});

describe("the reconciler's own access", () => {
  it('cannot be lost: users who cannot read permissions do not write them either', () => {
    const wanted = device('board', {
      worker: null,
      permissions: [{ group: 'others', permission: 'view_device' }],
    });
    const unreadable = [{ kind: 'device' as const, field: 'permissions', reason: 'HTTP 403' }];
    for (const recorded of [[deviceType('qemu')], [deviceType('qemu'), wanted]]) {
      const plan = consenting({ adopt: 'all' }, [deviceType('qemu'), wanted], recorded, { unreadable });
      const written = plan.changes.filter(({ hold }) => hold === undefined).flatMap(({ fields }) => fields);
      expect(written.map(({ field }) => field)).not.toContain('permissions');
      expect(plan.changes.some(({ hold }) => hold === 'unreadable')).toBe(true);
    }
  });
});

it('drift that mode `warn` only reports is restored with consent, and what mode `observe` covers is not', () => {
  const lab = [device('board-1', { tags: ['a'], description: 'x' })];
  const master = [device('board-1', { tags: ['b'], description: 'y' })];
  const rules = { modes: [{ path: 'device/*/description', mode: 'observe' }] } as const;
  const restored = (consents: Partial<Consents>) =>
    pendingChanges(planOf({ lab, record: lab, master, mode: 'warn', rules, consents })).map(({ fields }) =>
      fields.map(({ field }) => field),
    );
  expect(restored({})).toEqual([]);
  expect(restored({ restoresDrift: true })).toEqual([['tags']]);
});
