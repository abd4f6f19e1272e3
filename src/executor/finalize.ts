import { powerOff } from './boot/power.js';
import type { DeviceConfiguration } from '../job/index.js';
import type { Action } from './pipeline/action.js';

/** How long a console is listened to before it is closed: LAVA listens a second. */
const maxDrainMs = 1000;
const quietMs = 200;

/** The last block of every job: power off, close every console. It runs also when the job failed or was cancelled. */
export function finalize(device: DeviceConfiguration): Action {
  return {
    name: 'finalize',
    summary: 'power off and close the consoles',
    steps: [
      powerOff(device),
      {
        name: 'read-feedback',
        summary: 'read what the consoles still print, and close them',
        run: async ({ job }) => {
          for (const [namespace, data] of job.namespaces) {
            if (data.session === undefined) continue;
            await data.session.drain(namespace, quietMs, maxDrainMs);
            await data.session.close();
            data.session = undefined;
          }
        },
      },
    ],
  };
}
