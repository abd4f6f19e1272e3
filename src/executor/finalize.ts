import { powerOff } from './boot/power.js';
import type { DeviceConfiguration } from '../job/index.js';
import type { Action } from './pipeline/action.js';

/** How long to read from a console before closing it. LAVA reads for one second, too. */
const maxDrainMs = 1000;
const quietMs = 200;

/** The last block of every job: powers off the board and closes all consoles. Also runs if the job failed or was canceled. */
export function finalize(device: DeviceConfiguration): Action {
  return {
    name: 'finalize',
    summary: 'power off and close the consoles',
    steps: [
      powerOff(device),
      {
        name: 'read-feedback',
        summary: 'read the remaining output of the consoles, and close them',
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
