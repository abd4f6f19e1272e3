import type { WorkerHealth } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import { devicesOfWorker, updateDevice } from '../store/devices.js';
import type { Tx } from '../store/open-store.js';
import type { WorkerRow } from '../store/tables.js';
import { findWorker, updateWorker } from '../store/workers.js';

/**
 * An operator sets a worker's health, with LAVA's consequences (2022.01 and later): to Active again makes its Good
 * devices Unknown (not after Retired), to Retired retires its devices but the Bad ones, to Maintenance leaves them.
 * @returns false when there is no such worker
 */
export async function setWorkerHealth(
  context: MasterContext,
  hostname: string,
  health: WorkerHealth,
  by: string,
): Promise<boolean> {
  const done = await context.store.write(async (tx, tell) => {
    const worker = await findWorker(tx, hostname);
    if (worker === undefined) return false;
    await updateWorker(tx, hostname, { health });
    if (worker.health !== health) await carryOver(tx, worker, health);
    tell({ kind: 'worker', hostname });
    return true;
  });
  if (!done) return false;
  context.log.info({ worker: hostname, health, by }, 'worker health set');
  return true;
}

async function carryOver(tx: Tx, worker: WorkerRow, health: WorkerHealth): Promise<void> {
  const healthReason = `the worker ${worker.hostname} became ${health}`;
  for (const device of await devicesOfWorker(tx, worker.hostname)) {
    if (health === 'Active' && worker.health !== 'Retired' && device.health === 'Good') {
      await updateDevice(tx, device.hostname, { health: 'Unknown', healthReason });
    }
    if (health === 'Retired' && device.health !== 'Bad' && device.health !== 'Retired') {
      await updateDevice(tx, device.hostname, { health: 'Retired', healthReason });
    }
  }
}
