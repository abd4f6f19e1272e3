import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import { keyOf, type ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster } from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';
import { compileRooms, pureRooms } from '../../support/compiled-rooms.js';
import { desiredMaster, policy, smallLab, worker } from '../../support/desired.js';

const rooms = [...pureRooms, ...['reconcile', 'records', 'lava', 'xml-rpc'].map((room) => `src/${room}`)];
const support = ['desired', 'reconcile-process'];

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

function startReconciler({ url, token }: SimulatedMaster, records: string, lab: string) {
  const program = path.join(compiled.directory, 'test/support/reconcile-process.js');
  const child = spawn(process.execPath, [program, url, records, lab], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LAVA_TOKEN: token },
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

  it.each([1, 2, 4, 7, 9, 30, 68])('at write %i converges at the next run', async (killAt) => {
    let onWrite: (number: number) => Promise<void> = () => Promise.resolve();
    const master = await startSimulatedMaster({
      release: '2023.01',
      beforeWrite: (number) => onWrite(number),
    });
    const target = createMasterTarget(master);
    const records = path.join(directory, `records-${killAt}`);
    const labFile = path.join(directory, 'lab.json');
    writeFileSync(labFile, JSON.stringify(lab));
    try {
      const first = startReconciler(master, records, labFile);
      // The master goes on with the request that it has, and nobody hears of it.
      onWrite = async (number) => {
        if (number !== killAt) return;
        first.child.kill('SIGKILL');
        await first.ended;
      };
      expect((await first.ended).signal).toBe('SIGKILL');
      onWrite = () => Promise.resolve();

      // It also finds the lock of the dead process.
      const second = await startReconciler(master, records, labFile).ended;
      expect(second).toEqual({ code: 0, signal: null, errors: '' });

      // Nothing was made twice, and nothing that was done was tried again.
      expect(master.history().filter(({ outcome }) => outcome !== 'done')).toEqual([]);
      const made = master.history().filter(({ call }) => call.endsWith('.add') && !call.includes('tags'));
      expect(new Set(made.map(({ object }) => object)).size).toBe(made.length);

      const observed = await target.observe(new Set(lab.map(keyOf)));
      for (const object of lab.map((object) => target.normalise(object))) {
        expect(observed.objects.get(keyOf(object))?.fields).toMatchObject(object.fields);
      }
      const plan = await planMaster({
        target,
        desired: desiredMaster(lab),
        records: openRecordStore(records),
        policy,
        mode: 'enforce',
        revision: { repository: '/lab', revision: 'r1' },
        consents: noConsents,
      });
      expect(plan.changes).toEqual([]);
    } finally {
      await master.stop();
    }
  });
});
