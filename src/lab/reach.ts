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
  /** The paths of its dictionary and of all templates that it uses; null: unknown. */
  readonly files: Pick<Chain['files'], 'has'> | null;
  /** One of them computes the names of templates, so it may use any. */
  readonly isOpen: boolean;
}

/** Whether the configuration of a device uses, or may use, the template at this path. */
export function usesTemplate({ files, isOpen }: DeviceReach, path: string): boolean {
  return isOpen || files?.has(path) === true;
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
  const open = [...namespace.values()]
    .filter(({ references }) => references.some(({ name }) => name === null))
    .map(({ path }) => path);
  return {
    devices: new Map(
      [...devices].map(([name, device]): [string, DeviceReach] => {
        const { deviceType, aliases, fields, worker } = device;
        const site = worker === null ? device.site : (workers.get(worker)?.site ?? null);
        const files = chains.get(device.file)?.files ?? null;
        const isOpen = files !== null && open.some((path) => files.has(path));
        return [name, { site, deviceType, tags: fields.tags ?? [], aliases, files, isOpen }];
      }),
    ),
    workers: new Map([...workers].map(([name, { site }]) => [name, site])),
  };
}
