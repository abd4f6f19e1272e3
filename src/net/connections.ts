/**
 * How many connections a server accepts, of all clients and of each address. A connection costs a file descriptor and
 * memory, also if it sends nothing.
 */
import type { Server } from 'node:http';
import { Notices, type Log } from '../diagnostics/index.js';
import { networkOf } from './network.js';

export interface ConnectionLimits {
  readonly all: number;
  /** Of one address, unless it is that of a proxy. */
  readonly perAddress: number;
}

/** Closes the connections that exceed the limits. */
export function limitConnections(
  server: Server,
  { all, perAddress }: ConnectionLimits,
  isProxy: (address: string) => boolean,
  log: Log,
): void {
  const notices = new Notices();
  const counts = new Map<string, number>();
  let count = 0;
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const network = networkOf(address);
    const ofNetwork = counts.get(network) ?? 0;
    if (count >= all || (ofNetwork >= perAddress && !isProxy(address))) {
      socket.destroy();
      const fields = count >= all ? {} : { address: network };
      if (notices.isDue(JSON.stringify(fields), Date.now()))
        log.warn(fields, 'too many connections: new ones are closed');
      return;
    }
    count += 1;
    counts.set(network, ofNetwork + 1);
    socket.once('close', () => {
      count -= 1;
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
  });
}
