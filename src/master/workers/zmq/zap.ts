/**
 * ZeroMQ's authentication protocol (ZAP, ZeroMQ RFC 27): libzmq asks on an inproc socket of its context whether to
 * accept a client's key. Each connection has its own ZAP domain, so a request, and with it the key, belongs to exactly
 * one connection. A request may stay open: the client waits in its handshake until the response or until the connection
 * is closed.
 */
import { Router, type Context } from 'zeromq';
import type { Log } from '../../../diagnostics/index.js';
import { encodeZ85 } from '../../../wire/index.js';

/** Called once, with the client's proven public key (Z85); `admit` lets the handshake continue. */
type OnKey = (publicKey: string, admit: () => void) => void;

export interface Zap {
  expect(domain: string, onKey: OnKey): void;
  forget(domain: string): void;
  close(): void;
}

/** The ZAP handler. There is one per context, and it must exist before the first connection. */
export async function openZap(context: Context, log: Log): Promise<Zap> {
  const socket = new Router({ context, linger: 0 });
  await socket.bind('inproc://zeromq.zap.01');
  const expected = new Map<string, OnKey>();
  let lastSend = Promise.resolve();

  function answer(envelope: readonly Buffer[], requestId: Buffer): void {
    lastSend = lastSend
      .then(() => socket.send([...envelope, '1.0', requestId, '200', 'OK', '', '']))
      // The connection of this request is gone.
      .catch(() => undefined);
  }

  async function serve(): Promise<void> {
    for await (const [peer, delimiter, version, requestId, domain, , , mechanism, key] of socket) {
      if (peer === undefined || delimiter === undefined || requestId === undefined) continue;
      if (domain === undefined || key?.length !== 32) continue;
      if (version?.toString() !== '1.0' || mechanism?.toString() !== 'CURVE') continue;
      const name = domain.toString();
      const onKey = expected.get(name);
      // One request per connection: further ones get no response.
      expected.delete(name);
      onKey?.(encodeZ85(key), () => {
        answer([peer, delimiter], requestId);
      });
    }
  }
  serve().catch((error: unknown) => {
    if (!socket.closed) log.error({ error }, 'the authentication of connections has stopped');
  });

  return {
    expect: (domain, onKey) => void expected.set(domain, onKey),
    forget: (domain) => void expected.delete(domain),
    close: () => {
      socket.close();
    },
  };
}
