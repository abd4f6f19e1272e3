import type { Command } from 'commander';

import { deviceHealths } from '../../model/index.js';
import { labFeedback } from '../feedback.js';
import { addMasterOptions, type MasterOptions } from '../options/master.js';
import { print, printJson } from '../output.js';
import { formatTable } from '../print/table.js';

export function registerDevices(program: Command): void {
  const devices = program.command('devices').description('list devices and set their health');

  addMasterOptions(devices.command('list').description('list every device that is not retired')).action(list);

  addMasterOptions(
    devices
      .command('health NAME HEALTH')
      .description(`set the health of a device: ${deviceHealths.join(', ')}`),
  )
    .requiredOption('--reason <TEXT>', 'the reason, for the log of the device')
    .action(setHealth);
}

async function list(options: MasterOptions): Promise<void> {
  const { listDevices } = await import('../../app/jobs/index.js');
  const devices = await listDevices(options, labFeedback);
  if (options.format === 'json') {
    printJson(devices);
    return;
  }
  const rows = devices.map(({ name, deviceType, worker, health, state }) => [
    name,
    deviceType,
    worker,
    health,
    state,
  ]);
  print(formatTable(['device', 'type', 'worker', 'health', 'state'], rows));
}

async function setHealth(
  name: string,
  word: string,
  options: MasterOptions & { readonly reason: string },
): Promise<void> {
  const { setDeviceHealth } = await import('../../app/jobs/index.js');
  const health = await setDeviceHealth(name, word, options.reason, options, labFeedback);
  if (options.format === 'json') printJson({ name, health });
  else print(`${name} is ${health}`);
}
