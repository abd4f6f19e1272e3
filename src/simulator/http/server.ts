import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { RawRequest } from './raw-request.js';
import type { Reply } from './exchange.js';

/** More than LAVA accepts, so that clients see its own error. */
const maxBodyBytes = 64 * 1024 * 1024;

/**
 * The HTTP side: hands each request to `handle` and carries out its reply, broken connections included.
 *
 * up -> down (when a reply requests it; every connection breaks) -> up again after the time in the reply.
 */
export function createServer(handle: (request: RawRequest) => Promise<Reply>): FastifyInstance {
  const server = fastify({ bodyLimit: maxBodyBytes, forceCloseConnections: true });
  let downUntil = 0;
  server.addHook('onRequest', (request, _reply, done) => {
    if (Date.now() < downUntil) request.raw.socket.destroy();
    else done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  server.all('/*', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { method, headers, url } = request;
    const answer = await handle({ method, target: url, headers, body });
    if (answer.delayMs > 0) await sleep(answer.delayMs);
    if (answer.downMs !== null) {
      downUntil = Date.now() + answer.downMs;
      reply.hijack();
      server.server.closeAllConnections();
      return;
    }
    await send(reply, answer);
  });
  return server;
}

async function send(reply: FastifyReply, { answer, carried }: Reply): Promise<void> {
  if (carried === 'nothing') {
    reply.hijack();
    reply.raw.socket?.destroy();
    return;
  }
  if (carried === 'half') {
    const bytes = Buffer.from(answer.body);
    reply.hijack();
    reply.raw.writeHead(answer.status, { 'content-type': answer.type, 'content-length': bytes.byteLength });
    await new Promise((done) => reply.raw.write(bytes.subarray(0, bytes.byteLength / 2), done));
    reply.raw.socket?.destroy();
    return;
  }
  await reply
    .status(answer.status)
    .headers(answer.headers ?? {})
    .type(answer.type)
    .send(answer.body);
}
