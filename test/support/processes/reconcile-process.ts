/**
 * A reconciler in its own process: `node reconcile-process.js URL RECORDS LAB.json LOCK-WAIT-MS MANNER`, with
 * LAVA_TOKEN. It prints the status of each outcome or, to standard error, the failure and when to try again.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

import { ExternalError } from '../../../src/diagnostics/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { reconcile } from '../../../src/reconcile/index.js';
import { desiredMaster, policy } from '../lab/desired.js';
import { openRecords, patientTimes, type RecordsAddress, type RecordsTimes } from './records.js';

/** How it differs from an ordinary process on this machine. */
export interface Manner {
  readonly times?: Partial<RecordsTimes>;
  /** The name of its machine. */
  readonly host?: string;
  /** The error of its clock. */
  readonly clockAheadMs?: number;
}

const [url = '', records = '', lab = '', lockWaitMs = '5000', manner = '{}'] = process.argv.slice(2);
const { times, host, clockAheadMs = 0 } = JSON.parse(manner) as Manner;
if (host !== undefined) {
  os.hostname = () => host;
  syncBuiltinESMExports();
}
const now = Date.now.bind(Date);
Date.now = () => now() + clockAheadMs;

/** Tests hold a response until another process has ended. */
const patienceMs = 240_000;

try {
  const { outcomes } = await reconcile({
    target: createMasterTarget({ url, token: process.env['LAVA_TOKEN'] ?? '', timeoutMs: patienceMs }),
    desired: desiredMaster(JSON.parse(readFileSync(lab, 'utf8')) as ConfigurationObject[]),
    records: openRecords(JSON.parse(records) as RecordsAddress, { ...patientTimes, pollMs: 20, ...times }),
    policy: { ...policy, maxUpdateShare: 1 },
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
    lockWaitMs: Number(lockWaitMs),
  });
  process.stdout.write(JSON.stringify(outcomes.map(({ status }) => status)));
} catch (error) {
  if (!(error instanceof ExternalError)) throw error;
  process.stderr.write(`${error.retry}: ${error.message}`);
  process.exitCode = 1;
}
