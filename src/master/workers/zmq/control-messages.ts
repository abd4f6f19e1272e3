/** Decodes the messages of protocol 3 that a worker sends on the control channel. */
import { decodeControl, protocolVersion } from '../../../wire/index.js';
import type { MessageFromWorker } from '../messages.js';

export type Received =
  | { readonly kind: 'message'; readonly message: MessageFromWorker }
  /** HELLO with another protocol version. It gets no response, as on a stock master. */
  | { readonly kind: 'other-protocol'; readonly protocol: number }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Decodes a message.
 * @param frames without the identity frame
 */
export function receiveControl(frames: readonly Uint8Array[]): Received {
  const decoded = decodeControl(frames);
  if (!decoded.ok) return { kind: 'refused', reason: decoded.reason };
  const { message } = decoded;
  switch (message.action) {
    case 'HELLO':
    case 'HELLO_RETRY':
      return message.protocol === protocolVersion
        ? { kind: 'message', message: { action: 'HELLO', version: message.version, agent: message.agent } }
        : { kind: 'other-protocol', protocol: message.protocol };
    case 'PING':
      return { kind: 'message', message: { action: 'PING' } };
    case 'START_OK':
      return { kind: 'message', message: { action: 'START_OK', jobId: message.jobId } };
    case 'END':
      return { kind: 'message', message };
    default:
      return { kind: 'refused', reason: `a worker must not send ${message.action}` };
  }
}
