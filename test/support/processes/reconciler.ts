import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

import type { SimulatedMaster } from '../../../src/simulator/index.js';
import { compileRooms, recordRooms } from './compiled-rooms.js';
import type { Manner } from './reconcile-process.js';
import type { RecordsAddress } from './records.js';

export interface StartedReconciler {
  readonly child: ChildProcess;
  /** With `code` 0, `output` has the status of each outcome; with 1, `errors` what it could not do. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly output: string;
    readonly errors: string;
  }>;
}

/** Reconcilers that are processes of their own (reconcile-process.ts). */
export interface Reconcilers {
  start(
    master: Pick<SimulatedMaster, 'url' | 'token'>,
    records: RecordsAddress,
    labFile: string,
    lockWaitMs?: number,
    manner?: Manner,
  ): StartedReconciler;
  remove(): void;
}

export function makeReconcilers(): Reconcilers {
  const files = ['lab/desired', 'processes/reconcile-process'].map((name) => `test/support/${name}.ts`);
  const compiled = compileRooms([...recordRooms, 'src/lava', 'src/xml-rpc', ...files]);
  const program = path.join(compiled.directory, 'test/support/processes/reconcile-process.js');
  return {
    remove: () => {
      compiled.remove();
    },
    start({ url, token }, records, labFile, lockWaitMs = 5000, manner = {}) {
      const texts = [JSON.stringify(records), labFile, String(lockWaitMs), JSON.stringify(manner)];
      const args = [program, url, ...texts];
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LAVA_TOKEN: token },
      });
      let output = '';
      let errors = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const ended = new Promise<Awaited<StartedReconciler['ended']>>((resolve) => {
        child.on('close', (code, signal) => {
          resolve({ code, signal, output, errors });
        });
      });
      return { child, ended };
    },
  };
}
