/**
 * A process that acquires a master's lock: `node lock-process.js ADDRESS add FILE COUNT` increments a number in a
 * file, which is safe only because of the lock; `... hold` prints `held` and keeps the lock until it is killed; `...
 * write TTL RENEW REVISION` prints `held`, and for each line of input writes a record and prints `written` or the
 * reason why not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import type { AppliedRecord } from '../../../src/model/index.js';
import { openRecords, patientTimes, type RecordsAddress } from './records.js';

const [address = '', task = '', ...rest] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);

async function add(file: string, count: number): Promise<void> {
  const store = openRecords(JSON.parse(address) as RecordsAddress);
  for (let index = 0; index < count; index += 1) {
    await store.withLock('main', 60_000, async () => {
      const before = Number(readFileSync(file, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(file, String(before + 1));
    });
  }
}

async function hold(): Promise<void> {
  const store = openRecords(JSON.parse(address) as RecordsAddress);
  await store.withLock('main', 10_000, async () => {
    say('held');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
}

async function write(ttlMs: number, renewMs: number, revision: string): Promise<void> {
  const times = { ...patientTimes, ttlMs, renewMs };
  const store = openRecords(JSON.parse(address) as RecordsAddress, times);
  await store.withLock('main', 10_000, async () => {
    say('held');
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'end') break;
      const record: AppliedRecord = {
        master: 'main',
        repository: '/lab',
        revision,
        fingerprint: 'f',
        appliedAt: '2026-01-01T00:00:00.000Z',
        objects: new Map(),
        retired: new Set(),
      };
      await store.write(record).then(
        () => say('written'),
        (error: unknown) => say(String(error)),
      );
    }
  });
}

if (task === 'add') await add(rest[0] ?? '', Number(rest[1]));
if (task === 'hold') await hold();
if (task === 'write') await write(Number(rest[0]), Number(rest[1]), rest[2] ?? '');
