import {
  faultCodes,
  faultValue,
  isStruct,
  RpcFault,
  type XmlRpcCall,
  XmlRpcError,
  type XmlRpcValue,
} from '../../../xml-rpc/index.js';
import type { Identity } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import type { Caller, RpcMethod, RpcMethods } from './method.js';
import { deviceTypeMethods } from './methods/device-types.js';
import { deviceMethods } from './methods/devices.js';
import { directoryMethods } from './methods/directory.js';
import { groupMethods } from './methods/groups.js';
import { jobListMethods } from './methods/job-lists.js';
import { jobMethods } from './methods/jobs.js';
import { refusedMethods } from './methods/refusals.js';
import { resultMethods } from './methods/results.js';
import { systemMethods } from './methods/system.js';
import { workerMethods } from './methods/workers.js';

const methods: RpcMethods = {
  ...systemMethods,
  ...deviceMethods,
  ...deviceTypeMethods,
  ...workerMethods,
  ...directoryMethods,
  ...groupMethods,
  ...jobMethods,
  ...jobListMethods,
  ...resultMethods,
  ...refusedMethods,
};

/** Introspection methods of XML-RPC. They are implemented here because they need the list of all methods. */
const introspection = [
  'system.listMethods',
  'system.methodHelp',
  'system.methodSignature',
  'system.multicall',
];

/** Enough to read everything about 10,000 devices. */
const maxCallsAtOnce = 100_000;

/**
 * Executes one call, or the calls of a `system.multicall`.
 * @throws RpcFault
 */
export async function dispatch(
  context: RouteContext,
  identity: Identity | null,
  call: XmlRpcCall,
): Promise<XmlRpcValue> {
  const [first] = call.params;
  switch (call.method) {
    case 'system.multicall':
      return multicall(context, identity, first);
    case 'system.listMethods':
      return [...Object.keys(methods), ...introspection].sort();
    case 'system.methodHelp':
      return methodOf(first).help;
    case 'system.methodSignature':
      return methodOf(first).signature;
    default:
      return callOne(context, identity, call);
  }
}

function methodOf(name: XmlRpcValue | undefined): RpcMethod {
  const method = typeof name === 'string' && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method !== undefined) return method;
  throw new RpcFault(faultCodes.unknownMethod, 'Unknown method. See system.listMethods.');
}

async function callOne(
  context: RouteContext,
  identity: Identity | null,
  { method: name, params: values }: XmlRpcCall,
): Promise<XmlRpcValue> {
  const method = methodOf(name);
  if (method.access !== 'anyone' && identity === null) {
    throw new RpcFault(401, 'Authentication with user and token is required for this call.');
  }
  if (method.access === 'operator' && identity?.role !== 'admin') {
    throw new RpcFault(403, 'This call requires the admin token.');
  }
  return method.call(name, values, callerOf(context, identity));
}

function callerOf(context: RouteContext, identity: Identity | null): Caller {
  return {
    context,
    db: context.store.db,
    identity,
    username() {
      if (identity === null) throw new Error('a method that requires a token was called without one');
      return identity.username;
    },
  };
}

async function multicall(
  context: RouteContext,
  identity: Identity | null,
  calls: XmlRpcValue | undefined,
): Promise<XmlRpcValue> {
  if (!Array.isArray(calls) || calls.length > maxCallsAtOnce) {
    throw new RpcFault(faultCodes.invalidParameters, 'system.multicall requires a list of calls');
  }
  const answers: XmlRpcValue[] = [];
  for (const call of calls as readonly XmlRpcValue[]) {
    const parsed = readCall(call);
    try {
      if (parsed === null)
        throw new RpcFault(faultCodes.invalidRequest, 'a call must be {methodName, params}');
      answers.push([await callOne(context, identity, parsed)]);
    } catch (error) {
      answers.push(faultValue(asFault(context, error)));
    }
  }
  return answers;
}

function readCall(call: XmlRpcValue): XmlRpcCall | null {
  if (!isStruct(call)) return null;
  const { methodName, params } = call;
  if (typeof methodName !== 'string' || !Array.isArray(params)) return null;
  return { method: methodName, params: params as readonly XmlRpcValue[] };
}

/**
 * Converts an error to a fault. A caller sees the details of its own faults only; a bug is logged and reported without
 * details.
 */
export function asFault(context: RouteContext, error: unknown): RpcFault {
  if (error instanceof RpcFault) return error;
  if (error instanceof XmlRpcError) {
    const code = error.isSyntax ? faultCodes.notWellFormed : faultCodes.invalidRequest;
    return new RpcFault(code, `The request is not XML-RPC: ${error.message}.`);
  }
  if (error instanceof HttpProblem) return new RpcFault(error.status, error.detail);
  context.log.error({ error: String(error) }, 'XML-RPC call failed');
  return new RpcFault(
    faultCodes.internal,
    'The master failed to execute this call. The reason is in its log.',
  );
}
