import {
  faultCodes,
  faultValue,
  isStruct,
  RpcFault,
  type XmlRpcCall,
  type XmlRpcValue,
} from '../../xml-rpc/index.js';
import type { Fault } from '../faults/fault.js';
import { shownState } from '../faults/lying-reads.js';
import { record } from '../journal.js';
import type { Caller, Master } from '../master.js';
import { copyState } from '../state/json.js';
import { deviceTypeMethods } from './device-types.js';
import { deviceMethods } from './devices.js';
import { directoryMethods } from './directory.js';
import { groupMethods } from './groups.js';
import { callMethod, type RpcMethod, type RpcMethods } from './method.js';
import { systemMethods } from './system.js';
import { workerMethods } from './workers.js';

const methods: RpcMethods = {
  ...systemMethods,
  ...deviceMethods,
  ...deviceTypeMethods,
  ...workerMethods,
  ...directoryMethods,
  ...groupMethods,
};

export interface DispatchOptions {
  readonly caller: Caller;
  /** Faults of single calls, by position in the request. */
  readonly faults: ReadonlyMap<number, Fault>;
  /** Called before each write. */
  readonly beforeWrite?: (object: string) => void | Promise<void>;
}

/** The master goes down in the middle of a request. */
export class Restart extends Error {
  override readonly name = 'Restart';

  constructor(readonly downMs: number) {
    super('the master restarts');
  }
}

/** The calls in a request; for `system.multicall`, the calls inside. */
export function callsIn(call: XmlRpcCall): readonly XmlRpcCall[] {
  if (call.method !== 'system.multicall') return [call];
  const [list] = call.params;
  if (!Array.isArray(list)) return [];
  return (list as readonly XmlRpcValue[]).map((entry) => readCall(entry) ?? { method: '', params: [] });
}

/**
 * Answers a request. The calls of a `system.multicall` run one after the other; a failed call does not stop the next,
 * and nothing is undone.
 * @throws RpcFault
 * @throws Restart
 */
export async function dispatch(
  master: Master,
  call: XmlRpcCall,
  options: DispatchOptions,
): Promise<XmlRpcValue> {
  if (call.method === 'system.listMethods') return listMethods(master);
  if (call.method !== 'system.multicall') return await callOne(master, call, options, options.faults.get(0));
  const [list] = call.params;
  if (!Array.isArray(list))
    throw new RpcFault(faultCodes.invalidParameters, 'system.multicall requires a list');
  const answers: XmlRpcValue[] = [];
  for (const [index, entry] of (list as readonly XmlRpcValue[]).entries()) {
    const one = readCall(entry);
    try {
      if (one === null)
        throw new RpcFault(faultCodes.invalidParameters, 'a call must be {methodName, params}');
      answers.push([await callOne(master, one, options, options.faults.get(index))]);
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      answers.push(faultValue(error));
    }
  }
  return answers;
}

async function callOne(
  master: Master,
  call: XmlRpcCall,
  { caller, beforeWrite }: DispatchOptions,
  fault: Fault | undefined,
): Promise<XmlRpcValue> {
  const method = find(master, call.method);
  if (fault?.kind === 'restart') throw new Restart(fault.downMs ?? 0);
  if (method.writes === undefined) {
    const shown = fault && shownState([fault], master.state, master.before, master.release);
    return callMethod(shown ? { ...master, state: shown } : master, method, call.params, caller);
  }
  const object = method.writes(call.params);
  if (beforeWrite !== undefined) await beforeWrite(object);
  const entry = { call: call.method, object };
  try {
    if (fault?.kind === 'reject')
      throw new RpcFault(400, fault.reason ?? 'rejected by a fault of the simulator');
    const isLie = fault?.kind === 'lie';
    const value = isLie
      ? lie(master, method, call, caller, fault)
      : callMethod(master, method, call.params, caller);
    record(master.journal, { ...entry, outcome: isLie ? 'lied' : 'done' });
    return value;
  } catch (error) {
    record(master.journal, { ...entry, outcome: 'refused' });
    throw error;
  }
}

/** Pretends to carry out a call: on a copy that is discarded, or with another text. */
function lie(
  master: Master,
  method: RpcMethod,
  { params }: XmlRpcCall,
  caller: Caller,
  { stores }: { readonly stores?: string },
): XmlRpcValue {
  if (stores === undefined) {
    return callMethod({ ...master, state: copyState(master.state) }, method, params, caller);
  }
  const last = params.findLastIndex((value) => typeof value === 'string');
  return callMethod(master, method, params.with(last, stores), caller);
}

function find(master: Master, name: string): RpcMethod {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined || method.isThere?.(master.release) === false) {
    throw new RpcFault(faultCodes.unknownMethod, `there is no method ${name}`);
  }
  return method;
}

function listMethods(master: Master): string[] {
  const there = Object.entries(methods).filter(([, method]) => method.isThere?.(master.release) !== false);
  return [...there.map(([name]) => name), 'system.listMethods', 'system.multicall'].sort();
}

function readCall(value: XmlRpcValue): XmlRpcCall | null {
  if (!isStruct(value)) return null;
  const { methodName, params } = value;
  if (typeof methodName !== 'string' || !Array.isArray(params)) return null;
  return { method: methodName, params: params as readonly XmlRpcValue[] };
}
