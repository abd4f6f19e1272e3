import { describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster } from '../../support/targets/model-master.js';

const extending = "{% extends 'packaged.jinja2' %}\n";
const lab = (more: readonly ConfigurationObject[] = []): ConfigurationObject[] => [
  ...smallLab(1),
  device('board-2', { dictionary: extending }),
  ...more,
];

/** Plans for a master that has the lab, and counts how often it is asked for packaged templates. */
async function planAfterApply(
  objects: readonly ConfigurationObject[],
  more: Partial<ReconcileRequest> = {},
): Promise<{ readonly asked: number; readonly rendered: unknown }> {
  let asked = 0;
  const target = Object.assign(modelMaster(), {
    readTemplates: (names: ReadonlySet<string>) => {
      asked += 1;
      return Promise.resolve(new Map([...names].map((name) => [name, 'actions: {}\n'])));
    },
  });
  const records = memoryRecords();
  const request = (desired: readonly ConfigurationObject[]): ReconcileRequest => ({
    ...{ target, records, policy: { ...policy, maxUpdateShare: 1 }, consents: noConsents },
    desired: desiredMaster(desired),
    mode: 'enforce' as const,
    revision: { repository: '/lab', revision: 'r1' },
  });
  await reconcile(request(lab()));
  asked = 0;
  const plan = await planMaster({ ...request(objects), ...more });
  return { asked, rendered: plan.rendered?.map(({ kind }) => kind) };
}

describe('the effect of a plan on rendered configurations', () => {
  it('is not computed, and no template is read, if nothing that is rendered changes', async () => {
    expect(await planAfterApply(lab())).toEqual({ asked: 0, rendered: [] });
    expect(await planAfterApply(lab([worker('w2')]))).toEqual({ asked: 0, rendered: [] });
  });

  it('is computed for a changed dictionary, and for templates of a source', async () => {
    const changed = lab([device('board-2', { dictionary: `${extending}{# new #}\n` })]);
    expect((await planAfterApply(changed)).asked).toBeGreaterThan(0);
    const text = 'actions: {deploy: {methods: {}}}\n';
    const templates = new Map([['packaged.jinja2', { text, file: '/src/packaged.jinja2' }]]);
    const upstream = await planAfterApply(lab(), { templates });
    expect(upstream.asked).toBeGreaterThan(0);
    expect(upstream.rendered).toEqual(['changes']);
  });
});
