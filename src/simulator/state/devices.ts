import { deviceHealths, type DeviceHealth } from '../../model/index.js';
import type { Master } from '../master.js';
import type { DeviceRow } from './rows.js';
import { forgetPermissions } from './permissions.js';

export function newDevice(hostname: string, deviceType: string, health: DeviceHealth): DeviceRow {
  return {
    hostname,
    deviceType,
    version: null,
    owner: null,
    group: null,
    description: null,
    tags: [],
    health,
    state: 'Idle',
    worker: null,
    isSynced: false,
    lastHealthCheck: null,
  };
}

/** XML-RPC spells health in capitals. */
export function healthInCapitals(word: string): DeviceHealth | undefined {
  return deviceHealths.find((health) => health.toUpperCase() === word);
}

/** Deletes its jobs and permissions as well; its dictionary stays for a later device of the same name. */
export function deleteDevice(master: Master, hostname: string): void {
  const { devices, jobs } = master.state;
  devices.delete(hostname);
  forgetPermissions(master, 'device', hostname);
  for (const [id, job] of jobs) if (job.device === hostname) jobs.delete(id);
}

/** Deletes its devices with their jobs, and its aliases; its files stay. */
export function deleteDeviceType(master: Master, name: string): void {
  const { devices, deviceTypes, aliases } = master.state;
  for (const device of [...devices.values()]) {
    if (device.deviceType === name) deleteDevice(master, device.hostname);
  }
  for (const [alias, type] of [...aliases]) if (type === name) aliases.delete(alias);
  forgetPermissions(master, 'devicetype', name);
  deviceTypes.delete(name);
}

export function devicesOf(master: Master, column: 'deviceType' | 'worker', name: string): DeviceRow[] {
  return [...master.state.devices.values()].filter((device) => device[column] === name);
}
