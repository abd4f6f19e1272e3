import { faultCodes, RpcFault, type XmlRpcValue } from '../../xml-rpc/index.js';
import type { Caller, Master } from '../master.js';
import type { Release } from '../release.js';
import { Crash, Refusal } from '../refusal.js';

export type Parameters = readonly (XmlRpcValue | undefined)[];

export interface RpcMethod {
  /** As Python's signature has them: those with a default last, `name=None`. */
  readonly parameters: readonly string[];
  readonly isThere?: (release: Release) => boolean;
  readonly access: 'anyone' | 'users' | 'superusers';
  /** What a write is about, for the journal: `device/board-1`. Only methods that write have it. */
  readonly writes?: (parameters: Parameters) => string;
  call(master: Master, parameters: Parameters, caller: Caller): XmlRpcValue;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/** Calls a method as LAVA does. @throws RpcFault */
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
    // Any exception of Python's is the same fault.
    if (error instanceof Crash)
      throw new RpcFault(faultCodes.internal, `Internal Server Error: ${error.message}`);
    throw error;
  }
}

function checkAccess(method: RpcMethod, caller: Caller): void {
  if (caller === null) throw new RpcFault(401, 'Authentication with user and token is required');
  if (method.access === 'superusers' && !caller.isSuperuser) {
    throw new RpcFault(403, `User '${caller.name}' may not do this`);
  }
}

/** A text; anything else makes Python stumble. @throws Crash */
export function textAt(parameters: Parameters, index: number): string {
  const value = parameters[index];
  if (typeof value === 'string') return value;
  throw new Crash('not a text');
}

/** What is checked on the object rather than before: nobody is forbidden, not asked for credentials. */
export function requireChange(caller: Caller): void {
  if (caller?.isSuperuser !== true) throw new Refusal(403, 'this may be changed by superusers');
}

/** The name that a write is about, for the journal; whether it is one is judged later. */
export function nameAt(parameters: Parameters, index: number): string {
  const value = parameters[index];
  return typeof value === 'string' ? value : '?';
}

/** In characters, as the database counts. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** A text, or null for nil and for what is left out. @throws Crash */
export function optionalTextAt(parameters: Parameters, index: number): string | null {
  const value = parameters[index] ?? null;
  return value === null ? null : textAt(parameters, index);
}

/** The text of a file; nil counts as empty. @throws Crash */
export function fileTextAt(parameters: Parameters, index: number): string {
  return optionalTextAt(parameters, index) ?? '';
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** A name that is used as a file's must not lead elsewhere. */
export function checkFileName(name: string, what: string): void {
  if (name === '' || name.includes('/') || name.startsWith('.')) {
    throw new Refusal(400, `'${name}' is no name of a ${what}`);
  }
}
