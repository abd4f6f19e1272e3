import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localFailure } from '../../diagnostics/index.js';
import type { DeliveryMemory } from '../../github/index.js';
import { hasCode, replaceFile } from '../../host/index.js';
import type { StateDirectory } from '../state/index.js';

/** More than arrive in the time in which a delivery is accepted. */
const mostRemembered = 5_000;

/**
 * The deliveries of webhooks that were accepted, in a file, one ID per line.
 * @throws ExternalError when the file cannot be read
 */
export async function openDeliveries(state: StateDirectory): Promise<DeliveryMemory> {
  const file = join(state.root, 'deliveries');
  let ids = new Set((await readLines(file)).slice(-mostRemembered));
  return {
    has: (id) => ids.has(id),
    async add(id) {
      const next = [...ids, id].slice(-mostRemembered);
      try {
        await replaceFile(file, `${next.join('\n')}\n`);
      } catch (error) {
        throw localFailure(error, 'remember a delivery', file);
      }
      // Only now: GitHub may repeat what could not be stored.
      ids = new Set(next);
    },
  };
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => /^[\w-]{1,100}$/.test(line));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw localFailure(error, 'read the deliveries', file);
  }
}
