import { createMasterTarget } from '../../../src/lava/index.js';
import { type SimulatedMaster, startSimulatedMaster } from '../../../src/simulator/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { supportOf } from './support.js';
import type { TrapMaster } from '../../contract/lava/traps.contract.js';

export interface SimulatedTarget extends TrapMaster {
  /** The simulated master itself; replaced by each `reset`. */
  readonly master: SimulatedMaster;
}

/** A simulated LAVA release behind the reconciler's port; each `reset` starts a new one. */
export async function startSimulatedTarget(release: string): Promise<SimulatedTarget> {
  let running = await startNew(release);
  return {
    release,
    get target() {
      return running.target;
    },
    get master() {
      return running.master;
    },
    get url() {
      return running.master.url;
    },
    get token() {
      return running.master.token;
    },
    writeFile(path, content) {
      running.master.state.files.set(path, content);
      return Promise.resolve();
    },
    supports: supportOf(release),
    user: 'admin',
    users: ['admin', 'lava-health'],
    groups: ['lab-one', 'lab-two'],
    async reset() {
      await running.master.stop();
      running = await startNew(release);
    },
    stop: () => running.master.stop(),
  };
}

async function startNew(release: string): Promise<{ master: SimulatedMaster; target: MasterTarget }> {
  const master = await startSimulatedMaster({
    release,
    packagedTemplates: new Map([
      ['base.jinja2', '{# base #}\n'],
      ['qemu.jinja2', "{% extends 'base.jinja2' %}\n"],
    ]),
  });
  for (const [index, name] of ['lab-one', 'lab-two'].entries()) master.state.groups.set(100 + index, name);
  return {
    master,
    target: createMasterTarget({ url: master.url, token: master.token, tokenOrigin: 'the test' }),
  };
}
