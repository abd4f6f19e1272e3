import type { Command } from 'commander';

/**
 * Each command is loaded when it is asked for: a dispatcher starts `lavaflow board ...` often, and should not wait for
 * a reconciler that it never uses.
 */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  up: async () => (await import('./up.js')).registerUp,
  init: async () => (await import('./init.js')).registerInit,
  import: async () => (await import('./import.js')).registerImport,
  validate: async () => (await import('./validate.js')).registerValidate,
  render: async () => (await import('./render.js')).registerRender,
  plan: async () => (await import('./plan.js')).registerPlan,
  apply: async () => (await import('./apply.js')).registerApply,
  drift: async () => (await import('./drift.js')).registerDrift,
  records: async () => (await import('./records.js')).registerRecords,
  controller: async () => (await import('./controller.js')).registerController,
  master: async () => (await import('./master.js')).registerMaster,
  dispatcher: async () => (await import('./dispatcher.js')).registerDispatcher,
  jobs: async () => (await import('./jobs.js')).registerJobs,
  devices: async () => (await import('./devices.js')).registerDevices,
  workers: async () => (await import('./workers.js')).registerWorkers,
  certs: async () => (await import('./certs.js')).registerCerts,
  'simulate-master': async () => (await import('./simulate-master.js')).registerSimulateMaster,
  board: async () => (await import('./board.js')).registerBoard,
};

/** Registers the named command; none for `--version`; all of them for anything else (`--help`, a mistyped name). */
export async function registerCommands(program: Command, name: string | undefined): Promise<void> {
  if (name === '--version' || name === '-V') return;
  const wanted =
    name !== undefined && Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands);
  for (const load of wanted) (await load?.())?.(program);
}
