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
  /** The worker `lava-logs` exists; workers have no token but `master_version_notified`. Up to 2020.08 */
  readonly isZmq: boolean;
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
  /** XML-RPC `perms_add`...; `workers.list(show_all)`. 2023.03 */
  readonly hasPermsByRpc: boolean;
  /** XML-RPC `devices.delete`, `workers.delete`. 2023.05 */
  readonly deletesByRpc: boolean;
  /** Workers are shown only to users; templates and health checks need a device type of their name. 2023.08 */
  readonly checksObjects: boolean;
  /** XML-RPC rejects worker files that are not YAML. 2024.03 */
  readonly checksYaml: boolean;
  /** Names must not contain a slash. 2024.09 */
  readonly forbidsSlashes: boolean;
  /** `scheduler.devices.update` accepts a reason and sets the owner; an invalid job limit is rejected properly. 2026.01 */
  readonly updatesOwner: boolean;
  /** REST lists groups and users; `PUT` of a device may leave out fields. 2026.04 */
  readonly hasAccounts: boolean;
}

export const newestRelease = '2026.07';

/**
 * @param name `2023.01`, or a package version: `2023.01-2`.
 * @throws UsageError for a release outside 2020.05 to 2026.07
 */
export function releaseOf(name: string): Release {
  const parts = /^(\d{4})\.(\d{2})(?!\d)/.exec(name);
  const number = Number(parts?.[1]) * 100 + Number(parts?.[2]);
  const month = number % 100;
  if (parts === null || number < 202005 || number > 202607 || month < 1 || month > 12) {
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
    forbidsSlashes: number >= 202409,
    updatesOwner: number >= 202601,
    hasAccounts: number >= 202604,
  };
}
