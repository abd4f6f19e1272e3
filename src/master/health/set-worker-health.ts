import { deviceHealths, type WorkerHealth } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import { changeDeviceHealths } from '../store/devices.js';
import type { Tx } from '../store/open-store.js';
import type { Worker } from '../store/values.js';
import { findWorker, updateWorker } from '../store/workers.js';

/**
 * An operator sets the health of a worker, with LAVA's consequences (2022.01 and later): back to Active makes its Good
 * devices Unknown (not after Retired), Retired retires all its devices except Bad ones, Maintenance leaves them alone.
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

async function carryOver(tx: Tx, worker: Worker, health: WorkerHealth): Promise<void> {
  const healthReason = `the worker ${worker.hostname} became ${health}`;
  if (health === 'Active' && worker.health !== 'Retired') {
    await changeDeviceHealths(tx, worker.hostname, ['Good'], { health: 'Unknown', healthReason });
  }
  if (health === 'Retired') {
    const retiring = deviceHealths.filter((item) => item !== 'Bad' && item !== 'Retired');
    await changeDeviceHealths(tx, worker.hostname, retiring, { health: 'Retired', healthReason });
  }
}
