import { UsageError } from '../diagnostics/index.js';
import type { ReleaseNumber } from '../model/index.js';

/**
 * The differences between LAVA releases that this double imitates. Written from LAVA's own behaviour and not from the
 * reconciler's table (src/lava/capabilities.ts), so that neither can hide an error of the other.
 */
export interface Release {
  /** As the master reports it: `2023.01`. */
  readonly name: string;
  readonly number: ReleaseNumber;
  /** REST and XML-RPC for certificates. 2020.04 to 2020.08 */
  readonly hasCertificates: boolean;
  /** The worker `lava-logs` exists, and workers have no token. Up to 2020.08 */
  readonly isZmq: boolean;
  /** Workers have `master_version_notified`. Up to 2022.11 */
  readonly notifiesVersions: boolean;
  /** 2020.06 */
  readonly hasSync: boolean;
  /** `POST /devices/validate/`. 2021.05; not for everybody from 2023.10 */
  readonly validatesDevices: 'no' | 'for anyone' | 'for users';
  /** `POST /devices/<name>/set_health/`. 2021.08 */
  readonly setsDeviceHealth: boolean;
  /** `POST /workers/<name>/set_health/`. 2024.09 */
  readonly setsWorkerHealth: boolean;
  /** A worker's maintenance moves its devices to maintenance and back. Up to 2021.12 */
  readonly maintenanceCascades: boolean;
  /** XML-RPC `get_env_dut`, `set_env_dut`. 2022.01 */
  readonly hasEnvDut: boolean;
  /** `default_env`, `default_template`... in XML-RPC. 2022.04 */
  readonly hasFileFlags: boolean;
  /** An empty text deletes the file; before, it empties the file. 2022.04 */
  readonly emptyDeletes: boolean;
  /** `scheduler.devices.update` accepts a device type. 2022.04 */
  readonly updatesDeviceType: boolean;
  /** XML-RPC `perms_add`..., `auth.groups`, `auth.users`, and `permissions` in `show`; `workers.list(show_all)`. 2023.03 */
  readonly hasPermsByRpc: boolean;
  /** XML-RPC `devices.delete`, `workers.delete`. 2023.05 */
  readonly deletesByRpc: boolean;
  /** Templates and health checks need a device type of their name. 2023.08 */
  readonly checksObjects: boolean;
  /**
   * REST saves only the fields of the request: any may be left out, and a new hostname for a worker fails instead of
   * creating a second one. 2023.10
   */
  readonly savesChangedFields: boolean;
  /** XML-RPC rejects worker files that are not YAML. 2024.03 */
  readonly checksYaml: boolean;
  /**
   * Names of devices, workers and device types may contain anything except a slash, and all of them have an address.
   * Before, the name of a device type was a slug, a device or worker had an address only if its name consisted of
   * letters, digits, `_`, `-` and `.`, and a device type only if its name had no dot. 2024.09
   */
  readonly forbidsSlashes: boolean;
  /** `scheduler.device_types.devices`. 2025.10 */
  readonly listsDevicesOfTypes: boolean;
  /** `scheduler.devices.update` accepts a reason and sets the owner; an invalid job limit is rejected properly. 2026.01 */
  readonly updatesOwner: boolean;
  /** REST lists groups and users. 2026.04 */
  readonly hasAccounts: boolean;
  /** There is a worker `example.com` from the start. Up to 2026.07 */
  readonly hasExampleWorker: boolean;
  /** An unknown word in a filter of a list is rejected instead of failing. 2026.10 */
  readonly checksFilters: boolean;
  /** The most characters of a tag's name: 50, and 100 from 2026.10. */
  readonly maxTagLength: number;
}

export const newestRelease = '2026.10';

/**
 * @param name `2023.01`, or a package version: `2023.01-2`.
 * @throws UsageError for a release outside 2020.05 to 2026.10
 */
export function releaseOf(name: string): Release {
  const parts = /^(\d{4})\.(\d{2})(?!\d)/.exec(name);
  const number = Number(parts?.[1]) * 100 + Number(parts?.[2]);
  const month = number % 100;
  if (parts === null || number < 202005 || number > 202610 || month < 1 || month > 12) {
    throw new UsageError(
      `'${name}' is not a LAVA release that can be simulated`,
      `Specify a release from 2020.05 to ${newestRelease}, for example 2023.01.`,
    );
  }
  return {
    name,
    number,
    hasCertificates: number <= 202008,
    isZmq: number <= 202008,
    notifiesVersions: number < 202301,
    hasSync: number >= 202006,
    validatesDevices: number < 202105 ? 'no' : number < 202310 ? 'for anyone' : 'for users',
    setsDeviceHealth: number >= 202108,
    setsWorkerHealth: number >= 202409,
    maintenanceCascades: number < 202201,
    hasEnvDut: number >= 202201,
    hasFileFlags: number >= 202204,
    emptyDeletes: number >= 202204,
    updatesDeviceType: number >= 202204,
    hasPermsByRpc: number >= 202303,
    deletesByRpc: number >= 202305,
    checksObjects: number >= 202308,
    checksYaml: number >= 202403,
    savesChangedFields: number >= 202310,
    forbidsSlashes: number >= 202409,
    listsDevicesOfTypes: number >= 202510,
    updatesOwner: number >= 202601,
    hasAccounts: number >= 202604,
    hasExampleWorker: number < 202610,
    checksFilters: number >= 202610,
    maxTagLength: number >= 202610 ? 100 : 50,
  };
}
