import { ConsoleSession } from '../console/session.js';
import { resolveCommand } from '../console/spawn.js';
import { JobFailure } from '../failure.js';
import type { DeviceConfiguration } from '../../job/index.js';
import type { Action } from '../pipeline/action.js';

/** Runs the device's connection command. It keeps running for the rest of the job. */
export function connectDevice(device: DeviceConfiguration): Action {
  return {
    name: 'connect-device',
    summary: 'connect to the serial console',
    timeoutType: 'Infrastructure',
    run: async ({ job, data }) => {
      if (data.session?.isOpen === true) {
        job.log.debug('already connected');
        return;
      }
      if (data.session !== undefined) job.log.warning('the connection is closed, connecting again');
      if (device.connectCommand === undefined) {
        throw new JobFailure('Configuration', 'the device has no connection command');
      }
      job.log.info(`connecting with '${device.connectCommand}'`);
      const words = resolveCommand(device.connectCommand, 'connection command');
      data.session = ConsoleSession.start(words, job.log, 'serial');
      await Promise.resolve();
    },
  };
}
