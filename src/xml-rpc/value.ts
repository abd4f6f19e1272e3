/**
 * A value that XML-RPC carries, with LAVA's extensions (nil, i8). Dates have seconds and are UTC.
 * Numbers: integers are encoded as int or i8, others as double.
 */
export type XmlRpcValue =
  string | number | boolean | null | Date | Uint8Array | readonly XmlRpcValue[] | XmlRpcStruct;

export interface XmlRpcStruct {
  readonly [name: string]: XmlRpcValue;
}

export interface XmlRpcCall {
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

/** The peer rejected a call: LAVA's codes are those of HTTP (400, 403, 404) and of XML-RPC (-32601...). */
export interface XmlRpcFault {
  readonly code: number;
  readonly message: string;
}

export type XmlRpcResult =
  { readonly ok: true; readonly value: XmlRpcValue } | { readonly ok: false; readonly fault: XmlRpcFault };

/** A text that XML cannot carry, or a body that is not XML-RPC. */
export class XmlRpcError extends Error {
  override readonly name = 'XmlRpcError';

  constructor(
    message: string,
    /** Not even XML; otherwise XML that is not XML-RPC. */
    readonly isSyntax = false,
  ) {
    super(message);
  }
}

/** A failed response, thrown by the implementation of a method. */
export class RpcFault extends Error implements XmlRpcFault {
  override readonly name = 'RpcFault';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** XML-RPC's own codes for faults. */
export const faultCodes = {
  notWellFormed: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParameters: -32602,
  internal: -32603,
} as const;

/** Whether a value is a struct: neither a list nor one of the objects that represent dates and bytes. */
export function isStruct(value: XmlRpcValue | undefined): value is XmlRpcStruct {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}
