/**
 * A process that takes a master's lock: `node lock-process.js RECORDS add FILE COUNT` adds to a number in a file,
 * unsafely but for the lock; `... hold` says `held` and keeps it until it is killed.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { openRecordStore } from '../../src/records/index.js';

const [records = '', task = '', file = '', count = '1'] = process.argv.slice(2);
const store = openRecordStore(records, { lockTimes: { ttlMs: 60_000, renewMs: 15_000, pollMs: 2 } });

if (task === 'hold') {
  await store.withLock('main', 10_000, async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
}
for (let index = 0; task === 'add' && index < Number(count); index += 1) {
  await store.withLock('main', 60_000, async () => {
    const before = Number(readFileSync(file, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(file, String(before + 1));
  });
}
