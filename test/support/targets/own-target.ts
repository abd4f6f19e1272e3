import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMasterTarget } from '../../../src/lava/index.js';
import { type RunningMaster, startMaster } from '../../../src/master/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import type { ContractMaster } from '../../contract/lava/master-target.contract.js';

/** An embedded master behind the reconciler's port; each `reset` starts a new one. */
export async function startOwnTarget(): Promise<ContractMaster & { url: string; token: string }> {
  let running = await startNew();
  return {
    get target() {
      return running.target;
    },
    get url() {
      return running.url;
    },
    get token() {
      return running.token;
    },
    supports: {
      certificates: true,
      envDut: true,
      deletingFiles: true,
      anyCharacter: true,
      checksYaml: true,
      groups: true,
      checksAccounts: false,
    },
    user: 'admin',
    users: ['admin', 'reconciler'],
    groups: ['lab-one', 'lab-two'],
    async reset() {
      await running.stop();
      running = await startNew();
    },
    stop: () => running.stop(),
  };
}

async function startNew(): Promise<{
  target: MasterTarget;
  url: string;
  token: string;
  stop(): Promise<void>;
}> {
  const stateDir = await mkdtemp(join(tmpdir(), 'lavaflow-own-master-'));
  const anywhere = { host: '127.0.0.1', port: 0 };
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const master: RunningMaster = await startMaster({
    stateDir,
    http: anywhere,
    control: anywhere,
    logs: anywhere,
    log,
  });
  const token = (await readFile(master.reconcilerTokenFile, 'utf8')).trim();
  return {
    target: createMasterTarget({ url: master.url, token }),
    url: master.url,
    token,
    async stop() {
      await master.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
