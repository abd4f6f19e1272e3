/** A value of XML-RPC: Date is `dateTime.iso8601`, Buffer is `base64`, null is `nil` (as LAVA allows). */
export type RpcValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Buffer
  | readonly RpcValue[]
  | { readonly [name: string]: RpcValue };

export interface RpcCall {
  readonly method: string;
  readonly parameters: readonly RpcValue[];
}

/** An answer that is a failure. Codes as LAVA gives them: 400, 401, 403, 404, and those of XML-RPC itself. */
export class RpcFault extends Error {
  override readonly name = 'RpcFault';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** XML-RPC's own codes. */
export const faultCodes = {
  notWellFormed: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParameters: -32602,
  internal: -32603,
} as const;

export function isRecord(value: RpcValue | undefined): value is Readonly<Record<string, RpcValue>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !Buffer.isBuffer(value)
  );
}
