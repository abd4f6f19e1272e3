/** A reconciler as a process of its own: `node reconcile-process.js URL RECORDS LAB.json`, with LAVA_TOKEN. */
import { readFileSync } from 'node:fs';

import { createMasterTarget } from '../../src/lava/index.js';
import type { ConfigurationObject } from '../../src/model/index.js';
import { noConsents } from '../../src/plan/index.js';
import { reconcile } from '../../src/reconcile/index.js';
import { openRecordStore } from '../../src/records/index.js';
import { desiredMaster, policy } from './desired.js';

const [url = '', records = '', lab = ''] = process.argv.slice(2);
const result = await reconcile({
  target: createMasterTarget({ url, token: process.env['LAVA_TOKEN'] ?? '' }),
  desired: desiredMaster(JSON.parse(readFileSync(lab, 'utf8')) as ConfigurationObject[]),
  records: openRecordStore(records),
  policy,
  mode: 'enforce',
  revision: { repository: '/lab', revision: 'r1' },
  consents: noConsents,
  lockWaitMs: 5000,
});
process.stdout.write(JSON.stringify(result.outcomes));
