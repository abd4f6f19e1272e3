import { setTimeout as wait } from 'node:timers/promises';

import { startHttpServer, type TestServer } from '../http-server.js';

/** What happens to a request on its way to the master. */
export type Fault =
  | 'pass'
  /** The master executes it, and the connection breaks before the response. */
  | 'lose-answer'
  /** The master never receives it, and the connection breaks. */
  | 'lose-request'
  /** Half of the response arrives, then the connection breaks. */
  | 'half'
  /** The master executes it, but no response arrives before the client gives up. */
  | 'hang'
  /** The response is delayed. */
  | { readonly delayMs: number }
  /** Something happens to the master while it handles the request. */
  | { readonly meanwhile: () => Promise<void> }
  /** The response is changed on its way. */
  | { readonly change: (text: string) => string }
  /** A response that the master did not send. */
  | { readonly status: number; readonly body: string }
  /** The master receives another request, whose response may be lost. */
  | { readonly instead: string | ((body: string) => string); readonly losesAnswer?: boolean };

/**
 * A proxy between a client and a master that injects the faults specified by `fault`. Bodies are strings. `stop` waits
 * until the master has handled what it received, also when the client is gone.
 */
export async function startFaultProxy(
  master: string,
  fault: (request: { readonly method: string; readonly path: string; readonly body: string }) => Fault,
): Promise<TestServer> {
  const asked = new Set<Promise<unknown>>();
  const server = await startHttpServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const body = Buffer.concat(parts).toString('utf8');
    const what = fault({ method, path, body });
    if (what === 'lose-request') {
      response.destroy();
      return;
    }
    if (typeof what === 'object' && 'status' in what) {
      response.writeHead(what.status).end(what.body);
      return;
    }
    const instead = typeof what === 'object' && 'instead' in what ? what.instead : body;
    const sent = typeof instead === 'string' ? instead : instead(body);
    const { authorization = '', accept = '*/*', 'content-type': type = '' } = request.headers;
    const happening = typeof what === 'object' && 'meanwhile' in what ? what.meanwhile() : null;
    const asking = ask(`${master}${path}`, {
      method,
      headers: {
        accept,
        ...(authorization === '' ? {} : { authorization }),
        ...(type === '' ? {} : { 'content-type': type }),
      },
      ...(method === 'GET' ? {} : { body: sent }),
    });
    asked.add(asking);
    const answered = await asking;
    asked.delete(asking);
    await happening;
    if (answered === null) {
      response.destroy();
      return;
    }
    const { answer, said } = answered;
    const text = typeof what === 'object' && 'change' in what ? what.change(said) : said;
    if (what === 'hang') return;
    if (typeof what === 'object' && 'delayMs' in what) await wait(what.delayMs);
    const isLost = typeof what === 'object' && 'instead' in what && what.losesAnswer === true;
    if (what === 'lose-answer' || isLost) {
      response.destroy();
    } else if (what === 'half') {
      response.writeHead(answer.status, { 'content-length': String(Buffer.byteLength(text)) });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
    } else {
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(text);
    }
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      await Promise.all(asked);
    },
  };
}

/** The master's response; null if it breaks the connection or is down. */
async function ask(url: string, request: RequestInit): Promise<{ answer: Response; said: string } | null> {
  try {
    const answer = await fetch(url, request);
    return { answer, said: await answer.text() };
  } catch {
    return null;
  }
}
