import { spawn, type ChildProcess } from 'node:child_process';

import type { SimulatedMaster } from '../../../src/simulator/index.js';
import { bundlePrograms } from './programs.js';
import type { Manner } from './reconcile-process.js';
import type { RecordsAddress } from './records.js';

export interface StartedReconciler {
  readonly child: ChildProcess;
  /** If `code` is 0, `output` contains the status of each outcome; if it is 1, `errors` describes the failure. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly output: string;
    readonly errors: string;
  }>;
}

/** Reconcilers in their own processes (reconcile-process.ts). */
export interface Reconcilers {
  start(
    master: Pick<SimulatedMaster, 'url' | 'token'>,
    records: RecordsAddress,
    labFile: string,
    lockWaitMs?: number,
    manner?: Manner,
  ): StartedReconciler;
  /** Also ends processes that a failed test left running or stopped. */
  remove(): void;
}

const reconcileProcess = 'test/support/processes/reconcile-process.ts';

export async function makeReconcilers(): Promise<Reconcilers> {
  const programs = await bundlePrograms([reconcileProcess]);
  const program = programs.fileOf(reconcileProcess);
  const children: ChildProcess[] = [];
  return {
    remove: () => {
      for (const child of children) child.kill('SIGKILL');
      programs.remove();
    },
    start({ url, token }, records, labFile, lockWaitMs = 5000, manner = {}) {
      const texts = [JSON.stringify(records), labFile, String(lockWaitMs), JSON.stringify(manner)];
      const args = [program, url, ...texts];
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LAVA_TOKEN: token },
      });
      children.push(child);
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
