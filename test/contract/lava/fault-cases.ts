/** Ways in which a master can be broken, and what a reconciliation of faults.contract.ts makes of each. */
import type { Retry } from '../../../src/diagnostics/index.js';
import { decodeCall, encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';
import type { Fault } from '../../support/targets/fault-proxy.js';

export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly isWrite: boolean;
  /** Number of this request among writes (or reads), from 1. */
  readonly nth: number;
}

export interface FaultCase {
  readonly name: string;
  /** Decides about each request; created for each case. */
  readonly fault: () => (request: ProxyRequest) => Fault;
  /** Nothing could be read, so nothing was attempted. */
  readonly throws?: Retry;
  /** The apply ended early. */
  readonly failure?: Retry;
  /** Number of reported outcomes; default 0. Thirteen changes are due: boards 1-10, a new one, template and worker. */
  readonly done?: number;
  readonly failed?: number;
  readonly skipped?: number;
  /** Matches the reason of each failed change. */
  readonly reason?: RegExp;
  /** How long the client waits for a response. */
  readonly timeoutMs?: number;
  /** On a slow master, another case covers the same. */
  readonly isVariant?: boolean;
}

export const html: Fault = { status: 200, body: '<!doctype html><html><body>Sign in</body></html>' };
export const badGateway: Fault = { status: 502, body: '<html>Bad Gateway</html>' };
const noToken: Fault = { status: 401, body: '{"detail":"Invalid token."}' };

/** Applies to every request that matches. */
const when =
  (holds: (request: ProxyRequest) => boolean, fault: Fault) =>
  () =>
  (request: ProxyRequest): Fault =>
    holds(request) ? fault : 'pass';

/** From the first matching request on, applies to everything, for `count` requests. */
function from(holds: (request: ProxyRequest) => boolean, first: Fault, then: Fault, count = Infinity) {
  return () => {
    let left: number | null = null;
    return (request: ProxyRequest): Fault => {
      if (left === null) {
        if (!holds(request)) return 'pass';
        left = count;
        return first;
      }
      left -= 1;
      return left >= 0 ? then : 'pass';
    };
  };
}

const isRead = ({ isWrite }: ProxyRequest) => !isWrite;
const isWrite = ({ isWrite: yes }: ProxyRequest) => yes;
const writesBoards = ({ isWrite: yes, body }: ProxyRequest) => yes && body.includes('board-1<');
const listsDevices = ({ path: at }: ProxyRequest) => at.includes('/devices/?');

type Calls = readonly { readonly methodName: string; readonly params: readonly XmlRpcValue[] }[];

/** Changes the calls of a request on their way. */
const changeCalls = (change: (calls: Calls) => Calls): Fault & object => ({
  instead(body) {
    const [calls] = decodeCall(body).params;
    return encodeCall('system.multicall', [change(calls as unknown as Calls).map((call) => ({ ...call }))]);
  },
});
const changeTexts = (from: string, to: string) =>
  changeCalls((calls) =>
    calls.map((call) => JSON.parse(JSON.stringify(call).replaceAll(from, to)) as Calls[number]),
  );
/** What a master has executed when it goes down in the middle. */
const halfDone: Fault = {
  ...changeCalls((calls) => calls.slice(0, Math.floor(calls.length / 2))),
  losesAnswer: true,
};

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly { readonly hostname?: string }[];
}

/** Changes a page of a REST list on its way. */
const changePage = (change: (page: Page) => Page): Fault => ({
  change: (text) => JSON.stringify(change(JSON.parse(text) as Page)),
});
const noEntries = changePage(() => ({ count: 0, next: null, results: [] }));
const isList = ({ isWrite: yes, path: at }: ProxyRequest) => !yes && /[?&]limit=/.test(at);

export const faultCases: readonly FaultCase[] = [
  { name: 'responds to everything with 502', fault: when(() => true, badGateway), throws: 'soon' },
  {
    name: 'responds to every third read with 502',
    fault: when((r) => isRead(r) && r.nth % 3 === 1, badGateway),
    done: 13,
  },
  {
    name: 'responds to every write with 502',
    fault: when(isWrite, badGateway),
    failed: 2,
    skipped: 11,
    reason: /502/,
  },
  {
    name: 'responds to the write of boards with 502',
    fault: when(writesBoards, badGateway),
    done: 3,
    failed: 10,
    reason: /502/,
  },
  {
    name: 'executes a write and responds too late',
    fault: when(writesBoards, 'hang'),
    done: 13,
    timeoutMs: 2000,
  },
  { name: 'does not respond to any read', fault: when(isRead, 'hang'), throws: 'soon', timeoutMs: 1500 },
  {
    name: 'responds to some reads too late',
    fault: when((r) => isRead(r) && r.nth % 7 === 3, 'hang'),
    done: 13,
    timeoutMs: 1500,
  },
  { name: 'sends half of every list', fault: when(listsDevices, 'half'), throws: 'soon' },
  {
    name: 'sends half of some responses',
    fault: when((r) => isRead(r) && r.nth % 4 === 2, 'half'),
    done: 13,
  },
  { name: 'executes a write and sends half of the response', fault: when(isWrite, 'half'), done: 13 },
  { name: 'sends HTML for everything', fault: when(() => true, html), throws: 'after-change' },
  { name: 'sends HTML for every write', fault: when(isWrite, html), failed: 2, skipped: 11 },
  { name: 'is slow', fault: when(() => true, { delayMs: 120 }), done: 13 },
  { name: 'does not accept the token', fault: when(() => true, noToken), throws: 'after-change' },
  {
    name: 'expires the token at the first write',
    fault: from(isWrite, noToken, noToken),
    failure: 'after-change',
  },
  {
    name: 'expires the token after the first objects',
    fault: from(writesBoards, noToken, noToken),
    failure: 'after-change',
    done: 2,
  },
  {
    name: 'rejects one object',
    fault: when(isWrite, changeTexts('"board-7"', '"board-none"')),
    done: 12,
    failed: 1,
    reason: /404/,
  },
  {
    name: 'rejects the template that all boards need',
    fault: when(isWrite, changeTexts('scheduler.device_types.set_template', 'no.such.call')),
    done: 1,
    failed: 1,
    skipped: 11,
  },
  {
    name: 'stores something other than what was written',
    fault: when(
      isWrite,
      changeCalls((calls) =>
        calls.map((call) =>
          call.methodName.endsWith('.set_dictionary') && call.params[0] === 'board-4'
            ? { ...call, params: ['board-4', '{# of somebody else #}'] }
            : call,
        ),
      ),
    ),
    done: 12,
    failed: 1,
    reason: /the master returns something other than what was written: dictionary starting at line 1/,
  },
  {
    name: 'reports success for everything and does nothing',
    fault: when(
      isWrite,
      changeCalls((calls) => calls.map(() => ({ methodName: 'system.version', params: [] }))),
    ),
    failed: 2,
    skipped: 11,
  },
  {
    name: 'restarts in the middle of a write, and is back at once',
    fault: from(writesBoards, halfDone, 'lose-request', 2),
    done: 8,
    failed: 5,
  },
  {
    name: 'goes down in the middle of a write, and stays down',
    fault: from(writesBoards, halfDone, 'lose-request'),
    failure: 'soon',
    done: 2,
  },
  {
    name: 'is gone before the first write',
    fault: from(isWrite, 'lose-request', 'lose-request'),
    failure: 'soon',
  },
  {
    name: 'responds to a write with something other than XML-RPC',
    fault: when(isWrite, { status: 200, body: '<?xml version="1.0"?><methodResponse><params>' }),
    failed: 2,
    skipped: 11,
  },
  {
    name: 'returns HTML instead of the list of devices',
    fault: when(listsDevices, html),
    done: 2,
  },
  {
    name: 'returns an empty page of a list that is not empty',
    fault: when(listsDevices, {
      status: 200,
      body: '{"count":11,"next":null,"previous":null,"results":[]}',
    }),
    throws: 'soon',
  },
  {
    name: 'omits boards from its list',
    fault: when(
      listsDevices,
      changePage((page) => {
        const results = page.results.filter(({ hostname }) => hostname !== 'board-3');
        return { ...page, results, count: results.length };
      }),
    ),
    throws: 'soon',
  },
  {
    name: 'returns an empty list of devices',
    fault: when(listsDevices, noEntries),
    throws: 'soon',
    isVariant: true,
  },
  { name: 'returns only empty lists', fault: when(isList, noEntries), throws: 'soon' },
  {
    name: 'counts more entries than it returns',
    fault: when(
      listsDevices,
      changePage((page) => ({ ...page, results: page.results.slice(1) })),
    ),
    throws: 'soon',
    isVariant: true,
  },
  {
    name: 'links to another server for the rest of a list',
    fault: when(
      listsDevices,
      changePage((page) => ({ ...page, next: 'http://elsewhere.invalid/api/v0.2/devices/?offset=1' })),
    ),
    throws: 'soon',
    isVariant: true,
  },
  {
    // Once would be noticed: the device type of the template is listed, so the template is read again.
    name: 'reports twice that a template does not exist',
    fault: () => {
      let lies = 0;
      const lie = changeTexts('"lab-qemu"', '"no-such-template"');
      return ({ isWrite: yes, body }) => {
        if (lies === 2 || yes || !body.includes('device_types.get_template')) return 'pass';
        lies += 1;
        return lie;
      };
    },
    throws: 'soon',
    isVariant: true,
  },
  {
    name: 'redirects readers to a login page',
    fault: when(isRead, { status: 302, body: '' }),
    throws: 'after-change',
  },
];

const isFirstWrite = ({ isWrite: yes, nth }: ProxyRequest) => yes && nth === 1;
/** Changes a revision on its way. */
const changeRevision = (from: string, to: string): Fault => ({ instead: (body) => body.replace(from, to) });
const losesAnswer: Fault = { instead: (body) => body, losesAnswer: true };

/** An embedded master accepts all changes in one request, which is sent again if its result is unknown. */
const revisionCases: readonly FaultCase[] = [
  { name: 'responds to every revision with 502', fault: when(isWrite, badGateway), failure: 'soon' },
  { name: 'responds to one revision with 502', fault: when(isFirstWrite, badGateway), done: 13 },
  {
    name: 'accepts a revision and responds too late',
    fault: when(isFirstWrite, 'hang'),
    done: 13,
    timeoutMs: 1500,
  },
  { name: 'accepts a revision, but its response is lost', fault: when(isFirstWrite, losesAnswer), done: 13 },
  {
    name: 'accepts a revision, and goes down before it responds',
    fault: from(isWrite, losesAnswer, 'lose-request'),
    failure: 'soon',
  },
  {
    name: 'accepts a revision and sends half of each response',
    fault: when(isWrite, 'half'),
    failure: 'soon',
  },
  { name: 'sends HTML for every revision', fault: when(isWrite, html), failure: 'after-change' },
  {
    name: 'expires the token at the revision',
    fault: from(isWrite, noToken, noToken),
    failure: 'after-change',
  },
  {
    name: 'rejects one object of a revision',
    fault: when(isWrite, changeRevision('"board-7","fields":{"dictionary":', '"board-7","fields":{"no":')),
    done: 12,
    failed: 1,
  },
  {
    name: 'stores something other than what was written',
    fault: when(
      isWrite,
      changeRevision('"board-4","fields":{"dictionary":"', '"board-4","fields":{"dictionary":"{# x #}'),
    ),
    done: 12,
    failed: 1,
    reason: /the master returns something other than what was written: dictionary starting at line 1/,
  },
  {
    name: 'reports success for a revision and does nothing',
    fault: when(isWrite, { status: 200, body: '{"outcomes":[]}' }),
    failed: 13,
  },
  {
    name: 'restarts before a revision, and is back at once',
    fault: when(isFirstWrite, 'lose-request'),
    done: 13,
  },
];

/**
 * The cases for an embedded master. Reads use the same client as for any other master: only those cases that end at
 * once, because waiting for the next attempt takes seconds.
 */
export const ownFaultCases: readonly FaultCase[] = [
  ...faultCases.filter(
    ({ name, throws, timeoutMs }) =>
      throws !== undefined && timeoutMs === undefined && !/502|half/.test(name),
  ),
  ...revisionCases,
];

/** Whether a request would change something. */
export function saysToWrite({
  method,
  path: at,
  body,
}: {
  method: string;
  path: string;
  body: string;
}): boolean {
  if (at.includes('/RPC2'))
    return (
      /\.(add|update|delete|set_\w+|perms_\w+)<\/string>/.test(body) ||
      /\.(add|update|delete|set_\w+)<\/value>/.test(body)
    );
  return method !== 'GET';
}
