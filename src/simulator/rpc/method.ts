import { faultCodes, RpcFault, type XmlRpcValue } from '../../xml-rpc/index.js';
import type { Caller, Master } from '../master.js';
import type { Release } from '../release.js';
import { Crash, Refusal } from '../refusal.js';

export type Parameters = readonly (XmlRpcValue | undefined)[];

export interface RpcMethod {
  /** As in Python's signature: those with a default last, `name=None`. */
  readonly parameters: readonly string[];
  readonly isThere?: (release: Release) => boolean;
  readonly access: 'anyone' | 'users' | 'superusers';
  /** The object of a write, for the journal: `device/board-1`. Only methods that write have it. */
  readonly writes?: (parameters: Parameters) => string;
  call(master: Master, parameters: Parameters, caller: Caller): XmlRpcValue;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/**
 * Calls a method as LAVA does.
 * @throws RpcFault
 */
export function callMethod(
  master: Master,
  method: RpcMethod,
  parameters: readonly XmlRpcValue[],
  caller: Caller,
): XmlRpcValue {
  const required = method.parameters.filter((name) => !name.includes('=')).length;
  if (method.access !== 'anyone') checkAccess(method, caller);
  try {
    if (parameters.length < required || parameters.length > method.parameters.length) {
      throw new Crash('the wrong number of parameters');
    }
    return method.call(master, parameters, caller);
  } catch (error) {
    if (error instanceof Refusal) throw new RpcFault(error.status, error.message);
    // Every Python exception becomes the same fault.
    if (error instanceof Crash)
      throw new RpcFault(faultCodes.internal, `Internal Server Error: ${error.message}`);
    throw error;
  }
}

function checkAccess(method: RpcMethod, caller: Caller): void {
  if (caller === null) throw new RpcFault(401, 'Authentication with user and token is required');
  if (method.access === 'superusers' && !caller.isSuperuser) {
    throw new RpcFault(403, `User '${caller.name}' is not allowed to do this`);
  }
}

/**
 * A string; anything else makes Python raise.
 * @throws Crash
 */
export function textAt(parameters: Parameters, index: number): string {
  const value = parameters[index];
  if (typeof value === 'string') return value;
  throw new Crash('not a string');
}

/** A check on the object rather than before: the response is "forbidden" and does not ask for credentials. */
export function requireChange(caller: Caller): void {
  if (caller?.isSuperuser !== true) throw new Refusal(403, 'only superusers can change this');
}

/** The object name of a write, for the journal; it is validated later. */
export function nameAt(parameters: Parameters, index: number): string {
  const value = parameters[index];
  return typeof value === 'string' ? value : '?';
}

/** Counted in characters, like the database. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/**
 * A string, or null for nil or an absent argument.
 * @throws Crash
 */
export function optionalTextAt(parameters: Parameters, index: number): string | null {
  const value = parameters[index] ?? null;
  return value === null ? null : textAt(parameters, index);
}

/**
 * The text of a file; nil counts as empty.
 * @throws Crash
 */
export function fileTextAt(parameters: Parameters, index: number): string {
  return optionalTextAt(parameters, index) ?? '';
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** A name that is used as a file name must not leave the directory. */
export function checkFileName(name: string, what: string): void {
  if (name === '' || name.includes('/') || name.startsWith('.')) {
    throw new Refusal(400, `'${name}' is not a valid name for a ${what}`);
  }
}
