import { randomBytes } from 'node:crypto';
import type { WorkerHealth } from '../../model/index.js';
import type { Master } from '../master.js';
import { devicesOf } from './devices.js';
import type { WorkerRow } from './rows.js';

export function newWorker(hostname: string): WorkerRow {
  return {
    hostname,
    description: null,
    health: 'Active',
    state: 'Offline',
    jobLimit: 0,
    version: null,
    token: randomBytes(16).toString('hex'),
    lastPing: new Date().toISOString(),
  };
}

/**
 * What LAVA does to the devices of a worker whose health is set, even to its current value: Retired retires all except
 * Bad ones. Until 2021.12, Maintenance moves them in the same way, and Active turns Maintenance into Unknown. Since
 * 2022.01, Active turns Good into Unknown, unless the worker was Retired.
 */
export function setWorkerHealth(master: Master, worker: WorkerRow, health: WorkerHealth): void {
  const devices = devicesOf(master, 'worker', worker.hostname);
  const { maintenanceCascades } = master.release;
  for (const device of devices) {
    if (health === 'Retired') {
      if (device.health !== 'Bad') device.health = 'Retired';
    } else if (health === 'Maintenance') {
      if (maintenanceCascades && device.health !== 'Bad' && device.health !== 'Retired') {
        device.health = 'Maintenance';
      }
    } else if (maintenanceCascades) {
      if (device.health === 'Maintenance') device.health = 'Unknown';
    } else if (worker.health !== 'Retired' && device.health === 'Good') {
      device.health = 'Unknown';
    }
  }
  worker.health = health;
}

/** Its devices stay without a worker; its files stay as well. */
export function deleteWorker(master: Master, hostname: string): void {
  for (const device of devicesOf(master, 'worker', hostname)) device.worker = null;
  master.state.workers.delete(hostname);
}
