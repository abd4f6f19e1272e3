/**
 * The controller's status over HTTP. Nobody needs credentials to read it: it contains no secrets.
 *
 *   GET /healthz      200: the process responds
 *   GET /readyz       200: the lab was read; 503: it is being read for the first time, or cannot be read
 *   GET /status.json  the status
 *   GET /metrics      the status as metrics of Prometheus
 *   POST /webhook     wakes the controller up, if the sender knows the secret; the content decides nothing
 */
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import type { ControllerStatus } from '../controller/index.js';
import { ExternalError, reasonOf, type Log } from '../diagnostics/index.js';
import { createMetrics } from './metrics.js';

/** Checks deliveries of webhooks. */
interface WebhookReceiver {
  /**
   * @param body as it was sent
   * @returns what became of it
   */
  receive(
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): Promise<'accepted' | 'ignored' | 'repeated' | 'refused'>;
}

export interface StatusServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly status: () => ControllerStatus;
  /** null: there is no /webhook. */
  readonly webhook: WebhookReceiver | null;
  readonly log: Log;
}

export interface StatusServer {
  /** `http://HOST:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** What GitHub sends at most is 25 MiB; what wakes us up is smaller. */
const longestBody = 5 * 1024 * 1024;
const requestTimeoutMs = 10_000;

/** @throws ExternalError when the port cannot be opened */
export async function startStatusServer({
  listen: { host, port },
  status,
  webhook,
  log,
}: StatusServerOptions): Promise<StatusServer> {
  const metrics = createMetrics();
  const server = fastify({
    bodyLimit: longestBody,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 30_000,
    forceCloseConnections: true,
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  server.get('/healthz', () => ({ state: 'running' }));
  server.get('/readyz', async (_request, reply) => {
    const { state } = status();
    return reply.code(state === 'reading' || state === 'unreadable' ? 503 : 200).send({ state });
  });
  server.get('/status.json', () => status());
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text(status())),
  );
  if (webhook !== null) {
    server.post('/webhook', async ({ headers, body }, reply) => {
      const outcome = await webhook.receive(headers, typeof body === 'string' ? body : '');
      if (outcome === 'refused') log.warn({}, 'webhook refused');
      return reply.code(codes[outcome]).send({ outcome });
    });
  }
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new ExternalError({
      what: 'listen for the status',
      where: `${host}:${port}`,
      why: reasonOf(error),
      retry: 'after-change',
      hint: 'Stop the program that uses this port, or choose another port.',
      cause: error,
    });
  }
  const { address, port: bound } = server.server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    stop: () => server.close(),
  };
}

const codes = { accepted: 202, ignored: 200, repeated: 200, refused: 401 } as const;
