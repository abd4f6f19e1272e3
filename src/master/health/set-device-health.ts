import type { DeviceHealth } from '../../model/index.js';
import type { MasterContext } from '../context.js';
import { findDevice, updateDevice } from '../store/configuration/devices.js';

/**
 * Sets the health of a device for an operator. If the lab repo specifies another health, the next plan reports the
 * difference.
 * @returns false if the device does not exist
 */
export async function setDeviceHealth(
  context: MasterContext,
  hostname: string,
  health: DeviceHealth,
  by: string,
  reason: string,
): Promise<boolean> {
  const done = await context.store.write(async (tx, tell) => {
    if ((await findDevice(tx, hostname)) === undefined) return false;
    await updateDevice(tx, hostname, {
      health,
      lostChecks: 0,
      checkNotBefore: null,
      healthReason: reason === '' ? `set by ${by}` : `set by ${by}: ${reason.slice(0, 1000)}`,
    });
    tell({ kind: 'device', hostname });
    return true;
  });
  if (!done) return false;
  context.log.info({ device: hostname, health, by }, 'device health set');
  return true;
}
