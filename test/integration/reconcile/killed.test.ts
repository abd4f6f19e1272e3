import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster } from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { compileRooms, pureRooms } from '../../support/compiled-rooms.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/desired.js';
import { httpTarget, serveModelMaster } from '../../support/http-model-master.js';
import { complete, modelMaster, rowsOf } from '../../support/model-master.js';

const rooms = [...pureRooms, 'src/reconcile', 'src/records'];
const support = ['desired', 'http-model-master', 'model-master', 'reconcile-process'];

let compiled: ReturnType<typeof compileRooms>;
let directory: string;
beforeAll(() => {
  compiled = compileRooms([...rooms, ...support.map((name) => `test/support/${name}.ts`)]);
  directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-killed-'));
});
afterAll(() => {
  compiled.remove();
  rmSync(directory, { recursive: true });
});

function startReconciler(url: string, records: string, lab: string) {
  const program = path.join(compiled.directory, 'test/support/reconcile-process.js');
  const child = spawn(process.execPath, [program, url, records, lab], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<{ code: number | null; signal: string | null; errors: string }>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, errors });
    });
  });
  return { child, ended };
}

describe('a reconciler that is killed with SIGKILL', () => {
  const lab: ConfigurationObject[] = [...smallLab(20), worker('w2', { health: 'Maintenance', jobLimit: 3 })];
  const whole = rowsOf(modelMaster(lab.map(complete)));

  it.each([1, 2, 7, 11, 40, 79])('after write %i converges at the next run', async (killAt) => {
    const served = await serveModelMaster();
    const records = path.join(directory, `records-${killAt}`);
    const labFile = path.join(directory, 'lab.json');
    writeFileSync(labFile, JSON.stringify(lab));
    try {
      const first = startReconciler(served.url, records, labFile);
      // The write is done, and its answer never arrives.
      served.master.onWrite = (number) => {
        if (number !== killAt) return undefined;
        first.child.kill('SIGKILL');
        return first.ended.then(() => undefined);
      };
      expect((await first.ended).signal).toBe('SIGKILL');
      expect(served.master.writes).toBe(killAt);
      served.master.onWrite = () => undefined;

      // It also finds the lock of the dead process.
      const second = await startReconciler(served.url, records, labFile).ended;
      expect(second).toEqual({ code: 0, signal: null, errors: '' });
      expect(rowsOf(served.master)).toEqual(whole);

      const plan = await planMaster({
        target: httpTarget(served.url),
        desired: desiredMaster(lab),
        records: openRecordStore(records),
        policy,
        mode: 'enforce',
        revision: { repository: '/lab', revision: 'r1' },
        consents: noConsents,
      });
      expect(plan.changes).toEqual([]);
    } finally {
      await served.close();
    }
  });
});
