import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MeteredPipe } from '../../../src/master/workers/zmq/metered-pipe.js';
import { until } from '../../support/until.js';

const most = 1024 * 1024;
let servers: Server[];
let sockets: Socket[];

beforeEach(() => {
  [servers, sockets] = [[], []];
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** Two ends of one TCP connection. */
async function connection(): Promise<[Socket, Socket]> {
  const server = createServer();
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  sockets.push(client, accepted);
  return [client, accepted];
}

it('stops reading from a client whose messages are not received, and continues when they are', async () => {
  const [client, from] = await connection();
  const [to, libzmq] = await connection();
  let arrived = 0;
  libzmq.on('data', (chunk: Buffer) => (arrived += chunk.length));
  const pipe = new MeteredPipe(from, to, most);
  const frame = Buffer.alloc(64 * 1024);
  for (let count = 0; count < 160; count += 1) client.write(frame);
  // More than the limit, because chunks are not split.
  await until('it stops', () => from.isPaused() && arrived > most);
  expect(arrived).toBeLessThan(most + 256 * 1024);
  let received = 0;
  while (received < 160) {
    await until('more arrives', () => arrived >= (received + 1) * frame.length);
    pipe.received([frame]);
    received += 1;
  }
  expect(arrived).toBe(160 * frame.length);
  client.end();
  await once(libzmq, 'end');
});
