import {
  decodeCall,
  encodeFault,
  encodeResponse,
  faultCodes,
  RpcFault,
  type XmlRpcCall,
  XmlRpcError,
} from '../../xml-rpc/index.js';
import type { Master } from '../master.js';
import { type Answer, html } from '../rest/request.js';
import { dispatch, type DispatchOptions } from '../rpc/dispatch.js';
import { rpcIdentity } from './identity.js';
import { headerOf, type RawRequest } from './raw-request.js';

/** The call in a request, or the fault for a request that is not a call. */
export function readRpc(raw: RawRequest): XmlRpcCall | RpcFault {
  try {
    return decodeCall(raw.body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof XmlRpcError)) throw error;
    // Invalid XML makes Python's parser raise an exception that LAVA does not expect.
    const code = error.isSyntax ? faultCodes.internal : faultCodes.invalidRequest;
    return new RpcFault(code, `Unable to decode request: ${error.message}`);
  }
}

/**
 * Answers `POST /RPC2`.
 * @throws Restart
 */
export async function answerRpc(
  master: Master,
  raw: RawRequest,
  call: XmlRpcCall | RpcFault,
  options: Omit<DispatchOptions, 'caller'>,
): Promise<Answer> {
  const identity = rpcIdentity(master, headerOf(raw, 'authorization'));
  if (identity === 'malformed') return html(400, 'Invalid HTTP_AUTHORIZATION header');
  if (identity === 'refused') {
    return { ...html(401, 'Invalid token'), headers: { 'www-authenticate': 'Basic realm="XML-RPC"' } };
  }
  try {
    if (call instanceof RpcFault) throw call;
    return xml(encodeResponse(await dispatch(master, call, { ...options, caller: identity.caller })));
  } catch (error) {
    if (error instanceof RpcFault) return xml(encodeFault(error));
    throw error;
  }
}

function xml(body: string): Answer {
  return { status: 200, type: 'application/xml', body };
}
