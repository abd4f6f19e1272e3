import { deviceHealths, type WorkerHealth } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import { changeDeviceHealths } from '../store/configuration/devices.js';
import type { Tx } from '../store/open-store.js';
import type { Worker } from '../store/values.js';
import { findWorker, updateWorker } from '../store/configuration/workers.js';

/**
 * Sets the health of a worker for an operator. The health of its devices changes as on LAVA (2022.01 and later): Active
 * makes Good devices Unknown (unless the worker was Retired), Retired retires all devices except Bad ones, Maintenance
 * changes none.
 * @returns false if the worker does not exist
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
