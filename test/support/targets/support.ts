import type { ContractMaster } from '../../contract/lava/master-target.contract.js';

/** What a LAVA master of the release supports, whether genuine or simulated. */
export function supportOf(release: string): ContractMaster['supports'] {
  return {
    certificates: release <= '2020.08',
    envDut: release >= '2022.01',
    deletingFiles: release >= '2022.04',
    anyCharacter: false,
    checksYaml: release >= '2024.03',
    groups: release >= '2023.03',
    checksAccounts: true,
  };
}
