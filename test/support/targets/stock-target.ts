import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { TrapMaster } from '../../contract/lava/traps.contract.js';
import { type StockLava, startStockLava } from '../stock-lava.js';

/** A stock LAVA behind the reconciler's port, with the accounts that the contract requires. */
export async function startStockTarget(): Promise<TrapMaster & { readonly lava: StockLava }> {
  const lava = await startStockLava();
  const target = createMasterTarget({ url: lava.url, token: lava.token, tokenOrigin: 'the test' });
  return {
    lava,
    url: lava.url,
    token: lava.token,
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
    async writeFile(path, content) {
      await mkdir(dirname(`/etc/lava-server/${path}`), { recursive: true });
      await writeFile(`/etc/lava-server/${path}`, content);
    },
    reset: () => lava.reset(),
    stop: () => lava.stop(),
  };
}
