/** The sample lab of lavaflow, on releases other than the one it was created on. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { verdictOfPlan, isEmpty, noConsents } from '../../../src/plan/index.js';
import { verdictOfApply, planMaster, reconcile } from '../../../src/reconcile/index.js';
import { startSimulatedMaster } from '../../../src/simulator/index.js';
import { readLabFiles } from '../../support/lab/lab-files.js';
import { memoryRecords } from '../../support/targets/model-master.js';

const { lab } = loadLab(readLabFiles(join(import.meta.dirname, '../../..')));

describe.each(['2020.05', '2023.08', '2026.10'])('the sample lab on LAVA %s', (release) => {
  it('is applied completely, and then no changes are left', async () => {
    const desired = lab?.desired.get('stock');
    if (lab === null || desired === undefined) throw new Error('the sample lab has no master stock');
    const master = await startSimulatedMaster({ release });
    try {
      const request = {
        target: createMasterTarget({ url: master.url, token: master.token }),
        records: memoryRecords(),
        desired,
        policy: lab.policy,
        mode: desired.master.mode,
        consents: noConsents,
        revision: { repository: '/lab', revision: 'one' },
      };
      const result = await reconcile(request);
      expect(verdictOfApply(result, false).code).toBe(0);
      const plan = await planMaster(request);
      expect(isEmpty(plan)).toBe(true);
      expect(verdictOfPlan(plan).code).toBe(0);
      // Only fields without an API call: certificates after 2020.08, env-dut before 2022.01.
      const left = plan.changes.filter(({ hold }) => hold !== 'unnamed');
      expect(left.map(({ hold }) => hold)).toEqual(left.map(() => 'unsupported'));
      const fields = left.flatMap((change) => change.fields.map(({ field }) => field));
      expect([...new Set(fields)]).toEqual([release < '2022.01' ? 'envDut' : 'certificate']);
      const named = [...desired.objects.keys()].filter((key) => !key.startsWith('worker/'));
      expect([...(request.records.record?.objects.keys() ?? [])]).toEqual(expect.arrayContaining(named));
    } finally {
      await master.stop();
    }
  });
});
