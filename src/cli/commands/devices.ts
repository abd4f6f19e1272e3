import type { Command } from 'commander';

import { UsageError } from '../../diagnostics/index.js';
import { deviceHealths } from '../../model/index.js';
import { addMasterOptions, openJobs, type MasterOptions } from '../jobs/client.js';
import { formatTable } from '../jobs/table.js';
import { print, printJson } from '../output.js';

export function registerDevices(program: Command): void {
  const devices = program.command('devices').description('boards and their health');

  addMasterOptions(devices.command('list').description('every device that is not retired')).action(
    async (options: MasterOptions) => {
      const all = (await (await openJobs(options)).devices()).filter(({ health }) => health !== 'Retired');
      if (options.format === 'json') printJson(all);
      else {
        const rows = all.map(({ name, deviceType, worker, health, state }) => [
          name,
          deviceType,
          worker,
          health,
          state,
        ]);
        print(formatTable(['device', 'type', 'worker', 'health', 'state'], rows));
      }
    },
  );

  addMasterOptions(
    devices.command('health NAME HEALTH').description(`say how a device is: ${deviceHealths.join(', ')}`),
  )
    .requiredOption('--reason <TEXT>', 'why; for the log of the device')
    .action(async (name: string, word: string, options: MasterOptions & { reason: string }) => {
      const health = deviceHealths.find((one) => one.toLowerCase() === word.toLowerCase());
      if (health === undefined)
        throw new UsageError(`${word} is no health`, `one of: ${deviceHealths.join(', ')}`);
      await (await openJobs(options)).setDeviceHealth(name, health, options.reason);
      if (options.format === 'json') printJson({ name, health });
      else print(`${name} is ${health}`);
    });
}
