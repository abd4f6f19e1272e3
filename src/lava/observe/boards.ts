import type { Board } from '../../reconcile/index.js';
import type { Rest } from '../rest.js';
import { listDevices } from './rows.js';

/**
 * What all devices of a master do at the moment.
 * @throws ExternalError
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
