/**
 * A value that XML-RPC carries, with LAVA's extensions (nil, i8). Dates have seconds and are UTC.
 * Numbers: integers travel as int or i8, others as double.
 */
export type XmlRpcValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly XmlRpcValue[]
  | { readonly [name: string]: XmlRpcValue };

/** The far side refused a call: LAVA's codes are those of HTTP (400, 403, 404) and of XML-RPC (-32601...). */
export interface XmlRpcFault {
  readonly code: number;
  readonly message: string;
}

export type XmlRpcResult =
  { readonly ok: true; readonly value: XmlRpcValue } | { readonly ok: false; readonly fault: XmlRpcFault };

/** A text that XML cannot carry, or an answer that is not XML-RPC. */
export class XmlRpcError extends Error {
  override readonly name = 'XmlRpcError';
}
