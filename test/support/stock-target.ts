import { createMasterTarget } from '../../src/lava/index.js';
import type { ContractMaster } from '../contract/lava/master-target.contract.js';
import { type StockLava, startStockLava } from './stock-lava.js';

/** A stock LAVA behind the reconciler's port, with the accounts that the contract wants. */
export async function startStockTarget(): Promise<ContractMaster & { readonly lava: StockLava }> {
  const lava = await startStockLava();
  const target = createMasterTarget({ url: lava.url, token: lava.token, tokenOrigin: 'the test' });
  return {
    lava,
    target,
    supports: {
      certificates: false,
      envDut: true,
      deletingFiles: true,
      anyCharacter: false,
      checksYaml: false,
      checksAccounts: true,
    },
    user: 'admin',
    groups: ['lab-one', 'lab-two'],
    reset: () => lava.reset(),
    stop: () => lava.stop(),
  };
}
