/** What happens to a plan that a person reviews after the previous apply was killed. */
import { describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab, template, worker } from '../../support/lab/desired.js';
import { killedAt } from '../../support/targets/killed-at.js';
import { memoryRecords, modelMaster } from '../../support/targets/model-master.js';

const before = smallLab(3);
const after: readonly ConfigurationObject[] = [
  ...before.filter(({ kind, name }) => kind !== 'template' && name !== 'board-2'),
  template('qemu', 'new\n'),
  device('board-2', { tags: ['b'], dictionary: "{% extends 'qemu.jinja2' %}\n{# new #}\n" }),
  worker('w2', { description: 'the second' }),
];

/** Applies, and dies at this durable write; null if there are fewer. Returns the state after that. */
async function applyKilledAt(at: number, canary: ReconcileRequest['canary']) {
  const [target, records] = [modelMaster(), memoryRecords()];
  const request = (lab: readonly ConfigurationObject[], more: Partial<ReconcileRequest> = {}) => ({
    ...{ target, records, policy: { ...policy, maxUpdateShare: 1 }, consents: noConsents },
    desired: desiredMaster(lab),
    mode: 'enforce' as const,
    revision: { repository: '/lab', revision: 'r1' },
    pollMs: 1,
    timeoutMs: 5000,
    ...more,
  });
  await reconcile(request(before));
  await target.boards?.();
  const isDead = await killedAt(at, { target, records }, () =>
    reconcile(request(after, canary === undefined ? {} : { canary })),
  );
  return isDead ? Object.assign(request, { target, records }) : null;
}

describe('a plan that is reviewed after an apply was killed', () => {
  it('is applied as it was shown', async () => {
    for (let at = 1; ; at += 1) {
      const request = await applyKilledAt(at, undefined);
      if (request === null) {
        expect(at).toBeGreaterThan(8);
        return;
      }
      const expected = await planMaster(request(after));
      const result = await reconcile({ ...request(after), expected });
      expect([at, result.refused, result.failure]).toEqual([at, undefined, undefined]);
      expect((await planMaster(request(after))).changes).toEqual([]);
    }
  });

  it('after a canary may have changed: the result reports what, and the next plan is applied', async () => {
    let refusals = 0;
    for (let at = 1; ; at += 1) {
      const request = await applyKilledAt(at, { device: 'board-2' });
      if (request === null) break;
      const expected = await planMaster(request(after));
      const first = await reconcile({ ...request(after), expected });
      if (first.refused !== undefined) {
        refusals += 1;
        const moved = first.refused.kind === 'moved' ? first.refused.moved : [];
        expect([at, moved.length > 0]).toEqual([at, true]);
        for (const { what } of moved) expect(what).toMatch(/^((device|template)\/|record$)/);
        const again = await planMaster(request(after));
        const second = await reconcile({ ...request(after), expected: again });
        expect([at, second.refused, second.failure]).toEqual([at, undefined, undefined]);
      }
      expect((await planMaster(request(after))).changes).toEqual([]);
    }
    expect(refusals).toBeGreaterThan(0);
  });

  it('waits until a canary is reverted if that cannot be seen', async () => {
    let waits = 0;
    for (let at = 1; ; at += 1) {
      const request = await applyKilledAt(at, { device: 'board-2' });
      if (request === null) break;
      const { target, records } = request;
      const { unproven } = records.intent ?? {};
      const row = target.rows.get('template/qemu');
      if (unproven === undefined || row?.kind !== 'template' || row.fields.text !== 'new\n') continue;
      waits += 1;
      target.hidden.add('template/qemu');
      for (const unreadable of [
        [{ kind: 'template', name: 'qemu', field: 'text', reason: 'no' } as const],
        [],
      ]) {
        target.view = { unreadable };
        await expect(reconcile(request(after))).rejects.toMatchObject({ retry: 'soon' });
        expect([at, records.intent?.unproven?.device]).toEqual([at, 'board-2']);
      }
      target.hidden.clear();
      target.view = {};
      expect((await reconcile(request(before))).plan.changes).toEqual([]);
      expect(target.rows.get('template/qemu')?.fields).toMatchObject({ text: 'base\n' });
    }
    expect(waits).toBeGreaterThan(0);
  });
});
