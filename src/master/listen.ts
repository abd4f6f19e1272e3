import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { ExternalError, reasonOf } from '../diagnostics/index.js';

/** Port 0 means any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts listening.
 * @returns the URL of the API, e.g. `http://127.0.0.1:8020`
 * @throws ExternalError when the port cannot be opened
 */
export async function listen(
  server: Pick<FastifyInstance, 'listen' | 'server'>,
  { host, port }: ListenAddress,
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new ExternalError({
      what: 'listen for the API',
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
