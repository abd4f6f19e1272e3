import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExternalError, reasonOf } from '../diagnostics/index.js';

/** Port 0 means any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A server of fastify. */
interface ListeningServer {
  readonly server: Pick<Server, 'address'>;
  listen(address: ListenAddress): PromiseLike<unknown>;
}

/**
 * Starts listening.
 * @param what what others find there, for the error
 * @returns its URL, e.g. `http://127.0.0.1:8020`
 * @throws ExternalError when the port cannot be opened
 */
export async function listen(
  server: ListeningServer,
  { host, port }: ListenAddress,
  what: string,
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new ExternalError({
      what: `listen for ${what}`,
      where: `${host}:${port}`,
      why: reasonOf(error),
      retry: 'after-change',
      hint: 'Stop the program that uses this port, or choose another port.',
      cause: error,
    });
  }
  return `http://${urlHost(host)}:${(server.server.address() as AddressInfo).port}`;
}

/** The address to connect to: the loopback for a wildcard. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
