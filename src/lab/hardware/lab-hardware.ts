import type { LabWorker } from '../config/read-workers.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { uniqueClaims, type Claim, type DeviceHardware, type LabHardware } from './claim.js';
import { claimsOfVariables } from './dictionary-claims.js';

/**
 * The hardware of each device: what its rendered configuration names. If it is not rendered, its dictionary counts.
 * @param rendered by hostname
 */
export function hardwareOf(
  {
    tree,
    devices,
    workers,
    memory,
  }: {
    readonly tree: LabTree;
    readonly devices: ReadonlyMap<string, LabDevice>;
    readonly workers: ReadonlyMap<string, LabWorker>;
    readonly memory: LabMemory;
  },
  rendered: ReadonlyMap<string, readonly Claim[]>,
): LabHardware {
  return new Map(
    [...devices].map(([name, { worker, site, fields }]): [string, DeviceHardware] => {
      const place = { worker, site: worker === null ? site : (workers.get(worker)?.site ?? null) };
      const known = rendered.get(name);
      // A device that is permanently out of service may have passed its place on to another.
      if (fields.health === 'Retired') return [name, { ...place, claims: [], isRendered: true }];
      const file = tree.dictionaries.get(name);
      const variables = file?.text == null ? [] : factsOf(memory, file.path, file.text).hardware;
      // No configuration of LAVA shows a TFTP directory.
      const unseen =
        known === undefined
          ? variables
          : variables.filter(({ name: variable }) => variable.startsWith('tftp_'));
      const more = unseen.length === 0 ? [] : claimsOfVariables(unseen);
      const claims = more.length === 0 ? (known ?? []) : uniqueClaims([...(known ?? []), ...more]);
      return [name, { ...place, claims, isRendered: known !== undefined || file === undefined }];
    }),
  );
}
