import { vi } from 'vitest';
import {
  startController,
  type Controller,
  type ControllerOptions,
  type MasterResult,
} from '../../../src/controller/index.js';
import { ExternalError, type Finding, type Retry } from '../../../src/diagnostics/index.js';
import type { DesiredMaster, Lab, Master } from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';

export function masterNamed(name: string): Master {
  return { name, address: { url: `https://${name}` }, tokenFrom: null, sites: [], mode: 'warn' };
}

export function labOf(...names: readonly string[]): Lab {
  const masters = new Map(names.map((name) => [name, masterNamed(name)]));
  const desired = new Map<string, DesiredMaster>();
  for (const [name, master] of masters) {
    desired.set(name, { master, objects: new Map(), blocked: new Map() });
  }
  return {
    name: 'lab',
    contacts: [],
    policy: { mode: 'warn', prune: 'retire', maxUpdateShare: 1, maxRemoveShare: 1 },
    sites: new Map(),
    masters,
    desired,
  };
}

/** Represents a master in tests that never read it. */
export function targetNamed(name: string): MasterTarget {
  const never = (): never => {
    throw new Error('not used in this test');
  };
  return { url: `https://${name}`, observe: never, apply: never, normalise: never };
}

export const done: MasterResult = {
  outcome: 'done',
  counts: { create: 0, update: 1, adopt: 0, retire: 0, delete: 0, keep: 0, report: 0 },
  drift: [],
  problems: [],
};

export const finding: Finding = {
  code: 'dictionary-extends-nothing',
  severity: 'error',
  message: 'extends nothing',
  place: { file: 'device-dictionaries/a.jinja2', line: 1, column: 1 },
};

export function failure(retry: Retry): ExternalError {
  return new ExternalError({ what: 'reach the master', where: 'https://a', why: `it is ${retry}`, retry });
}

export const silentLog = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

const running: Controller[] = [];

/** Starts a controller with quick defaults; `stopAll` ends it. */
export async function start(
  options: Partial<ControllerOptions> & Pick<ControllerOptions, 'source'>,
): Promise<Controller> {
  const controller = await startController({
    read: ({ revision }) => Promise.resolve({ revision, lab: labOf('a'), findings: [] }),
    connect: (master) => Promise.resolve(targetNamed(master.name)),
    reconcile: () => Promise.resolve(done),
    backOff: { firstMs: 10, maxMs: 40 },
    random: () => 0.999,
    log: silentLog,
    ...options,
  });
  running.push(controller);
  return controller;
}

export async function stopAll(): Promise<void> {
  for (const controller of running.splice(0)) await controller.stop();
}

/** A promise that the test resolves. */
export function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
