import type { Board } from '../../reconcile/index.js';
import type { Rest } from '../rest.js';
import { listDevices } from './rows.js';

/**
 * The current state of all devices of a master.
 * @throws ExternalError when the master cannot be read
 */
export async function readBoards(rest: Rest, signal?: AbortSignal): Promise<ReadonlyMap<string, Board>> {
  const rows = await listDevices(rest, null, signal);
  return new Map(
    rows.map(({ name, health, state, lastHealthCheck }) => [
      name,
      { health: health ?? null, state, lastHealthCheck },
    ]),
  );
}
