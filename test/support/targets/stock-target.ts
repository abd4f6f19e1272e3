import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { TrapMaster } from '../../contract/lava/traps.contract.js';
import { type StockLava, startStockLava } from '../stock-lava/start.js';
import { supportOf } from './support.js';

/** A stock LAVA behind the reconciler's port, with the accounts that the contract requires. */
export async function startStockTarget(): Promise<TrapMaster & { readonly lava: StockLava }> {
  const lava = await startStockLava();
  const target = createMasterTarget({ url: lava.url, token: lava.token, tokenOrigin: 'the test' });
  return {
    lava,
    release: lava.release,
    url: lava.url,
    token: lava.token,
    target,
    supports: supportOf(lava.release),
    user: 'admin',
    users: ['admin', 'lava-health'],
    groups: ['lab-one', 'lab-two'],
    async writeFile(path, content) {
      const file = join(lava.configuration, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    reset: () => lava.reset(),
    stop: () => lava.stop(),
  };
}
