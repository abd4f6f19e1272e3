import { faultCodes, RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import type { Identity } from '../../../access/identity.js';
import type { RouteContext } from '../../route-context.js';

export interface MethodCall {
  readonly context: RouteContext;
  /** Null: without credentials. */
  readonly identity: Identity | null;
  readonly parameters: readonly XmlRpcValue[];
}

export interface RpcMethod {
  /** Who may call it: anyone, whoever has a token, operators (the admin token). */
  readonly access: 'anyone' | 'reader' | 'operator';
  /** Names of the parameters; those from `required` on may be left out. */
  readonly parameters: readonly string[];
  readonly required: number;
  readonly help: string;
  call(call: MethodCall): Promise<XmlRpcValue> | XmlRpcValue;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/** A parameter that must be a text. */
export function textParameter({ parameters }: MethodCall, index: number, name: string): string {
  const value = parameters[index];
  if (typeof value !== 'string') throw new RpcFault(faultCodes.invalidParameters, `${name} must be a string`);
  return value;
}

/** A parameter that may be left out or nil. */
export function optionalText({ parameters }: MethodCall, index: number, name: string): string | null {
  const value = parameters[index] ?? null;
  if (value !== null && typeof value !== 'string') {
    throw new RpcFault(faultCodes.invalidParameters, `${name} must be a string`);
  }
  return value;
}

/** A number, also as a text of digits: lavacli sends job ids as it got them from the command line. */
export function numberParameter(
  { parameters }: MethodCall,
  index: number,
  name: string,
  standard?: number,
): number {
  const value = parameters[index] ?? standard;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  throw new RpcFault(faultCodes.invalidParameters, `${name} must be a whole number`);
}

export function flagParameter({ parameters }: MethodCall, index: number): boolean {
  return parameters[index] === true || parameters[index] === 1;
}

/** The name of whoever calls a method that needs a token. */
export function callerOf({ identity }: MethodCall): string {
  if (identity === null) throw new Error('a method for token holders was called without one');
  return identity.username;
}

/** One of LAVA's words, in any case. */
export function wordParameter<T extends string>(words: readonly T[], value: string, what: string): T {
  const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw new RpcFault(400, `Invalid ${what} '${value.slice(0, 60)}'`);
  return found;
}

/** LAVA gives files as base64. */
export function fileValue(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
