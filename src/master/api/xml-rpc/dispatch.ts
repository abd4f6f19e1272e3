import { setImmediate } from 'node:timers/promises';
import {
  encodeItem,
  encodeListResponse,
  encodeResponse,
  faultCodes,
  faultValue,
  isStruct,
  RpcFault,
  type XmlRpcCall,
  XmlRpcError,
  type XmlRpcValue,
} from '../../../xml-rpc/index.js';
import type { Identity } from '../../access/identity.js';
import { ReaderBusy } from '../../reading/reader.js';
import type { ApiClient } from '../admission/admission.js';
import { HttpProblem } from '../problem.js';
import { standardMulticallLimits, type RouteContext } from '../route-context.js';
import { whyUnavailable } from '../unavailable.js';
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

/** Who sent a request. */
export interface Sender {
  readonly context: RouteContext;
  /** Null without credentials. */
  readonly identity: Identity | null;
  readonly client: ApiClient;
}

/**
 * Executes one call, or the calls of a `system.multicall`.
 * @returns the body of the response
 * @throws RpcFault
 */
export async function answerCall(sender: Sender, call: XmlRpcCall): Promise<string> {
  return call.method === 'system.multicall'
    ? answerCalls(sender, call.params[0])
    : encodeResponse(await execute(sender, call));
}

async function execute(sender: Sender, call: XmlRpcCall): Promise<XmlRpcValue> {
  const [first] = call.params;
  switch (call.method) {
    case 'system.listMethods':
      return [...Object.keys(methods), ...introspection].sort();
    case 'system.methodHelp':
      return methodOf(first).help;
    case 'system.methodSignature':
      return methodOf(first).signature;
    default:
      return callOne(sender, call);
  }
}

function methodOf(name: XmlRpcValue | undefined): RpcMethod {
  const method = typeof name === 'string' && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method !== undefined) return method;
  throw new RpcFault(faultCodes.unknownMethod, 'Unknown method. See system.listMethods.');
}

async function callOne(sender: Sender, { method: name, params: values }: XmlRpcCall): Promise<XmlRpcValue> {
  const { identity } = sender;
  const method = methodOf(name);
  if (method.access !== 'anyone' && identity === null) {
    throw new RpcFault(401, 'Authentication with user and token is required for this call.');
  }
  if (method.access === 'operator' && identity?.role !== 'admin') {
    throw new RpcFault(403, 'This call requires the admin token.');
  }
  return method.call(name, values, callerOf(sender));
}

function callerOf({ context, identity, client }: Sender): Caller {
  return {
    context,
    db: context.store.db,
    identity,
    client,
    username() {
      if (identity === null) throw new Error('a method that requires a token was called without one');
      return identity.username;
    },
  };
}

/** A fault of `system.multicall` itself is the fault of the whole request. */
async function answerCalls(sender: Sender, calls: XmlRpcValue | undefined): Promise<string> {
  if (!Array.isArray(calls)) {
    throw new RpcFault(faultCodes.invalidParameters, 'system.multicall requires a list of calls');
  }
  const isGuest = sender.identity === null;
  const limit = isGuest ? mostCallsOfGuest : mostCalls;
  if (calls.length > limit) {
    const who = isGuest ? ' without a token' : '';
    throw new RpcFault(faultCodes.invalidParameters, `system.multicall accepts at most ${limit} calls${who}`);
  }
  if (isGuest) sender.client.spend(calls.length);
  const most = sender.context.multicallLimits ?? standardMulticallLimits;
  const startedAtMs = performance.now();
  const answers: string[] = [];
  let characters = 0;
  for (const call of calls as readonly XmlRpcValue[]) {
    // Other requests have their turn.
    await setImmediate();
    const isExhausted = characters > most.characters || performance.now() - startedAtMs > most.ms;
    const answer = encodeItem(isExhausted ? faultValue(tooMuch) : await answerInList(sender, call));
    characters += answer.length;
    answers.push(answer);
  }
  return encodeListResponse(answers);
}

/** As an item of a response: a list with the value, or a fault. */
async function answerInList(sender: Sender, call: XmlRpcValue): Promise<XmlRpcValue> {
  try {
    const parsed = readCall(call);
    if (parsed === null) throw new RpcFault(faultCodes.invalidRequest, 'a call must be {methodName, params}');
    return [await callOne(sender, parsed)];
  } catch (error) {
    return faultValue(asFault(sender.context, error));
  }
}

/** Of one `system.multicall`. */
const mostCalls = 10_000;
const mostCallsOfGuest = 20;

const tooMuch = new RpcFault(
  413,
  'The calls before this one used the budget of one system.multicall. Send it again.',
);

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
  if (error instanceof ReaderBusy) return new RpcFault(429, error.message);
  context.log.error({ error: String(error) }, 'XML-RPC call failed');
  const why = whyUnavailable(error);
  if (why !== null) return new RpcFault(503, `The master cannot execute this call: ${why}.`);
  return new RpcFault(
    faultCodes.internal,
    'The master failed to execute this call. The reason is in its log.',
  );
}
