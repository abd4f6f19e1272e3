import type { Chain, Namespace } from '../templates/index.js';
import type { LabWorker } from './config/read-workers.js';
import type { LabDevice } from './devices/read-dictionaries.js';

/** What each part of a lab belongs to and depends on: how far the change of a file reaches. */
export interface LabReach {
  readonly devices: ReadonlyMap<string, DeviceReach>;
  /** The site of each worker; null: unknown, because its file has errors. */
  readonly workers: ReadonlyMap<string, string | null>;
}

export interface DeviceReach {
  /** null: unknown, because a file has errors. */
  readonly site: string | null;
  readonly deviceType: string | null;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  /** Whether its configuration uses the template at this path. */
  readonly uses: (path: string) => boolean;
}

export const nothingReached: LabReach = { devices: new Map(), workers: new Map() };

export function reachOf({
  devices,
  workers,
  chains,
  namespace,
}: {
  readonly devices: ReadonlyMap<string, LabDevice>;
  readonly workers: ReadonlyMap<string, LabWorker>;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly namespace: Namespace;
}): LabReach {
  const open = new Set(
    [...namespace.values()]
      .filter(({ references }) => references.some(({ name }) => name === null))
      .map(({ path }) => path),
  );
  return {
    devices: new Map(
      [...devices].map(([name, device]): [string, DeviceReach] => {
        const { deviceType, aliases, fields, worker } = device;
        const site = worker === null ? device.site : (workers.get(worker)?.site ?? null);
        const uses = usesOf(chains.get(device.file), open);
        return [name, { site, deviceType, tags: fields.tags ?? [], aliases, uses }];
      }),
    ),
    workers: new Map([...workers].map(([name, { site }]) => [name, site])),
  };
}

/** A file that computes the names of its templates may use any of them. */
function usesOf(chain: Chain | undefined, open: ReadonlySet<string>): DeviceReach['uses'] {
  if (chain === undefined) return () => false;
  for (const path of open) if (chain.files.has(path)) return () => true;
  return (path) => chain.files.has(path);
}
