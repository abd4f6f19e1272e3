import { createServer, request as send } from 'node:http';
import type { Socket } from 'node:net';

/** A counting proxy between a reconciler and a master. */
export interface CountingProxy {
  readonly url: string;
  /**
   * Since the last call: requests, those among them that may write, and the maximum number of concurrent connections.
   */
  take(): { readonly requests: number; readonly writes: number; readonly connections: number };
  stop(): Promise<void>;
}

/** XML-RPC also reads with POST: a read is recognized by the name of its method. */
const writingCalls =
  /<name>methodName<\/name>\s*<value><string>[\w.]*\.(?:set_|add|update|delete|assign_|revoke_)/;

/** @param master the base URL of the master, on this machine */
export async function startCountingProxy(master: string): Promise<CountingProxy> {
  const to = new URL(master);
  const open = new Set<Socket>();
  let counts = { requests: 0, writes: 0, connections: 0 };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const { method = 'GET', url = '/', headers } = request;
      const isWrite =
        method === 'POST' && url.endsWith('/RPC2') ? writingCalls.test(body.toString()) : method !== 'GET';
      counts.requests += 1;
      if (isWrite) counts.writes += 1;
      const onward = send(
        { host: to.hostname, port: to.port, path: url, method, headers: { ...headers, connection: 'close' } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', (error) => response.destroy(error));
      onward.end(body);
    });
  });
  server.on('connection', (socket) => {
    open.add(socket);
    counts.connections = Math.max(counts.connections, open.size);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = counts;
      counts = { requests: 0, writes: 0, connections: open.size };
      return taken;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
