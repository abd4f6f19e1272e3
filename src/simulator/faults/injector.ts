import type { XmlRpcCall } from '../../xml-rpc/index.js';
import type { Fault, FaultMatch } from './fault.js';
import { seededRandom } from './random.js';

/** The part of a request that faults match. */
interface FaultyRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  readonly body: string;
  /** The calls in it, if it is XML-RPC. */
  readonly calls: readonly XmlRpcCall[];
}

/** The effect on one request: faults of the whole request, and faults of single calls by position. */
interface Strike {
  readonly whole: readonly Fault[];
  readonly calls: ReadonlyMap<number, Fault>;
}

/** Decides which requests fail. The same faults, seed and requests produce the same result. */
export interface Injector {
  strike(request: FaultyRequest): Strike;
}

/** Faults that affect a single call rather than the whole request. */
const ofCalls: ReadonlySet<Fault['kind']> = new Set(['reject', 'lie', 'hide', 'stale', 'restart']);

export function createInjector(faults: readonly Fault[], seed: number): Injector {
  const random = seededRandom(seed);
  const armed = faults.map((fault) => ({ fault, matches: matcherOf(fault.match, random) }));
  return {
    strike(request) {
      const whole: Fault[] = [];
      const calls = new Map<number, Fault>();
      for (const { fault, matches } of armed) {
        if (fault.match.rpc === undefined) {
          if (matches(request, null)) whole.push(fault);
          continue;
        }
        for (const [index, call] of request.calls.entries()) {
          if (!matches(request, call)) continue;
          if (!ofCalls.has(fault.kind)) whole.push(fault);
          else if (!calls.has(index)) calls.set(index, fault);
        }
      }
      return { whole, calls };
    },
  };
}

type Matcher = (request: FaultyRequest, call: XmlRpcCall | null) => boolean;

function matcherOf(match: FaultMatch, random: () => number): Matcher {
  const path = match.path === undefined ? null : new RegExp(match.path);
  const rpc = match.rpc === undefined ? null : new RegExp(match.rpc);
  const text = match.text === undefined ? null : new RegExp(match.text);
  const nth = match.nth === undefined ? null : [match.nth].flat();
  let count = 0;
  return (request, call) => {
    if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
    if (path !== null && !path.test(request.path)) return false;
    if (rpc !== null && !rpc.test(call?.method ?? '')) return false;
    if (text !== null && !text.test(call === null ? request.body : JSON.stringify(call.params))) return false;
    count += 1;
    if (nth !== null && !nth.includes(count)) return false;
    return match.probability === undefined || random() < match.probability;
  };
}
