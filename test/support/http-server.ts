import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface TestServer {
  readonly url: string;
  /** `METHOD path?query`, in the order of arrival. */
  readonly requests: string[];
  stop(): Promise<void>;
}

/** An HTTP server on a free loopback port that sends the responses of `handle`. */
export async function startHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    Promise.resolve(handle(request, response)).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
