import { ExternalError, redact } from '../diagnostics/index.js';
import {
  decodeResponse,
  encodeCall,
  encodeValue,
  faultOf,
  isStruct,
  XmlRpcError,
  type XmlRpcFault,
  type XmlRpcResult,
  type XmlRpcValue,
} from '../xml-rpc/index.js';
import type { WriteGuard } from '../reconcile/index.js';
import type { Http } from './http.js';
import { joinReasons } from './reasons.js';

export interface RpcCall {
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

/**
 * The outcome of one call of a batch.
 * - `unsent`: its text cannot be encoded, so the master never received it.
 * - `lost`: its request failed, and it is not known whether the master executed it.
 */
export type RpcOutcome =
  | XmlRpcResult
  | { readonly ok: false; readonly unsent: string }
  | { readonly ok: false; readonly lost: ExternalError };

interface BatchOptions {
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called before each request. */
  readonly guard?: WriteGuard | undefined;
}

/** LAVA's XML-RPC API at `/RPC2`. */
export interface Rpc {
  /**
   * Makes calls in few requests with `system.multicall`: LAVA executes the calls of one request in order, and a
   * failed call does not stop the next one. A group is never split over two requests, so its calls are executed one
   * directly after another, whatever happens to this process.
   * @returns for each group, the outcome of each call, after all requests have ended
   * @throws ExternalError when a request of a repeatable batch fails; in other batches, its calls are `lost`
   */
  batch(
    what: string,
    groups: readonly (readonly RpcCall[])[],
    options: BatchOptions,
  ): Promise<RpcOutcome[][]>;
}

/**
 * Limits of one request: Django refuses bodies over 2.5 MiB, and both sides keep the whole body in memory. LAVA needs 15 to
 * 100 ms for a request besides its calls, mostly for a new connection to its database (docs/benchmarks.md).
 */
const maxCallsPerRequest = 750;
/** Many calls are sent in this many requests (or a multiple) of equal size, so that none waits for a longer one. */
const parallelRequests = 2;
const maxRequestChars = 1_000_000;
const maxSingleChars = 2_400_000;

/** Limit of all responses to one batch together. */
const maxAnswerChars = 512 * 1024 * 1024;

/** @param user owner of the token: XML-RPC requires both */
export function createRpc(http: Http, user: string): Rpc {
  const authorization = http.token === null ? {} : { authorization: basic(user, http.token) };

  const secrets = http.token === null ? [] : [http.token, basic(user, http.token).slice('Basic '.length)];

  /** Removes the token: a server may echo what it received. */
  function withoutSecrets<T extends XmlRpcResult>(result: T): T {
    if (result.ok) return result;
    return { ...result, fault: { ...result.fault, message: redact(result.fault.message, secrets) } };
  }

  async function send(
    what: string,
    calls: readonly EncodedCall[],
    { budget, ...options }: BatchOptions & { readonly budget: { left: number } },
  ): Promise<XmlRpcResult[]> {
    const body = multicallBody(calls);
    const response = await http.request({
      what,
      method: 'POST',
      path: 'RPC2',
      ...authorization,
      accept: 'text/xml',
      body: { type: 'text/xml; charset=utf-8', text: body },
      ...options,
    });
    budget.left -= response.text.length;
    if (budget.left < 0) {
      throw new ExternalError({ what, where: http.url, why: 'the responses are too large', retry: 'never' });
    }
    let answer: XmlRpcResult;
    try {
      answer = decodeResponse(response.text);
      if (answer.ok) return resultsOf(answer.value, calls.length).map(withoutSecrets);
    } catch (error) {
      if (!(error instanceof XmlRpcError)) throw error;
      throw new ExternalError({ what, where: http.url, why: error.message, retry: 'soon', cause: error });
    }
    throw new ExternalError({
      what,
      where: http.url,
      why: describeFault(withoutSecrets(answer).fault),
      retry: 'never',
    });
  }

  return {
    async batch(what, groups, options) {
      const prepared = groups.map(encodeGroup);
      const requests = splitIntoRequests(prepared);
      const budget = { left: maxAnswerChars };
      const answers = await Promise.allSettled(
        requests.map((request) =>
          send(
            what,
            request.flatMap((group) => group.calls),
            { ...options, budget },
          ),
        ),
      );
      const queue = answers.flatMap((answer, index): RpcOutcome[] => {
        if (answer.status === 'fulfilled') return answer.value;
        const error: unknown = answer.reason;
        if (options.repeatable || !(error instanceof ExternalError)) throw error;
        return (requests[index] ?? []).flatMap((group) =>
          group.calls.map(() => ({ ok: false, lost: error })),
        );
      });
      return prepared.map((group) =>
        'unsent' in group
          ? group.of.map(() => ({ ok: false as const, unsent: group.unsent }))
          : queue.splice(0, group.calls.length),
      );
    },
  };
}

function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}

interface EncodedCall {
  readonly method: string;
  readonly text: string;
}
interface EncodedGroup {
  readonly calls: readonly EncodedCall[];
  readonly size: number;
}
type PreparedGroup = EncodedGroup | { readonly of: readonly RpcCall[]; readonly unsent: string };

function encodeGroup(group: readonly RpcCall[]): PreparedGroup {
  try {
    const calls = group.map(({ method, params }) => ({
      method,
      text: encodeValue({ methodName: method, params }),
    }));
    const size = calls.reduce((sum, call) => sum + Buffer.byteLength(call.text), 0);
    if (size > maxSingleChars)
      return { of: group, unsent: `LAVA rejects requests of ${size} bytes (limit 2.5 MiB)` };
    return { calls, size };
  } catch (error) {
    if (error instanceof XmlRpcError) return { of: group, unsent: error.message };
    throw error;
  }
}

function splitIntoRequests(groups: readonly PreparedGroup[]): EncodedGroup[][] {
  const requests: EncodedGroup[][] = [];
  let current: EncodedGroup[] = [];
  let calls = 0;
  let size = 0;
  const all = groups.reduce((sum, group) => sum + ('unsent' in group ? 0 : group.calls.length), 0);
  const rounds = Math.ceil(all / (maxCallsPerRequest * parallelRequests));
  const maxCalls =
    all <= maxCallsPerRequest ? maxCallsPerRequest : Math.ceil(all / (rounds * parallelRequests));
  for (const group of groups) {
    if ('unsent' in group || group.calls.length === 0) continue;
    const isFull = calls + group.calls.length > maxCalls || size + group.size > maxRequestChars;
    if (current.length > 0 && isFull) {
      requests.push(current);
      current = [];
      calls = 0;
      size = 0;
    }
    current.push(group);
    calls += group.calls.length;
    size += group.size;
  }
  if (current.length > 0) requests.push(current);
  return requests;
}

/** `encodeCall('system.multicall', [calls])`, for calls that are already encoded. */
function multicallBody(calls: readonly EncodedCall[]): string {
  const [before, after] = encodeCall('system.multicall', [[]]).split('<data></data>');
  return `${before ?? ''}<data>${calls.map((call) => call.text).join('')}</data>${after ?? ''}`;
}

function resultsOf(value: XmlRpcValue, expected: number): XmlRpcResult[] {
  if (!Array.isArray(value) || value.length !== expected) {
    throw new XmlRpcError(`not the results of ${expected} calls`);
  }
  return value.map((item: XmlRpcValue): XmlRpcResult => {
    if (Array.isArray(item) && item.length === 1) return { ok: true, value: item[0] as XmlRpcValue };
    if (isStruct(item)) return { ok: false, fault: faultOf(item) };
    throw new XmlRpcError('a result that is neither a value nor a fault');
  });
}

/** Describes why a call failed; null if it succeeded. */
export function failureOf(outcome: RpcOutcome | undefined): string | null {
  if (outcome === undefined) return 'no response';
  if (outcome.ok) return null;
  if ('unsent' in outcome) return outcome.unsent;
  return 'lost' in outcome ? outcome.lost.message : describeFault(outcome.fault);
}

function describeFault(fault: XmlRpcFault): string {
  return `LAVA returned ${fault.code}: ${joinReasons(fault.message)}`;
}
