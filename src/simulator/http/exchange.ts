import { RpcFault, type XmlRpcCall } from '../../xml-rpc/index.js';
import type { Fault } from '../faults/fault.js';
import { askedInstead, shownPage, shownState } from '../faults/lying-reads.js';
import type { Injector } from '../faults/injector.js';
import type { Master } from '../master.js';
import { type Answer, html } from '../rest/request.js';
import { notHere } from '../rest/routes.js';
import { callsIn, Restart } from '../rpc/dispatch.js';
import { answerRest, restRoot } from './answer-rest.js';
import { answerRpc, readRpc } from './answer-rpc.js';
import type { RawRequest } from './raw-request.js';

/** The reply on the wire. After `half` and `nothing`, the connection breaks. */
export interface Reply {
  readonly delayMs: number;
  readonly answer: Answer;
  readonly carried: 'whole' | 'half' | 'nothing';
  /** Afterwards the master accepts no connections for this long; null means that it stays up. */
  readonly downMs: number | null;
}

export interface ExchangeOptions {
  readonly injector: Injector;
  readonly beforeWrite?: (object: string) => void | Promise<void>;
}

/** Django rejects larger bodies. */
const maxBodyBytes = 2.5 * 1024 * 1024;

/** The reply of the master to a request, including faults. */
export async function exchange(master: Master, raw: RawRequest, options: ExchangeOptions): Promise<Reply> {
  const { injector, ...rest } = options;
  master.journal.requests += 1;
  const isRpc = /^\/RPC2\/?$/.test(raw.target.split('?')[0] ?? '') && raw.method === 'POST';
  const call = isRpc ? readRpc(raw) : null;
  const { whole, calls } = injector.strike({
    method: raw.method,
    path: raw.target,
    body: raw.body.toString('utf8'),
    calls: call === null || call instanceof RpcFault ? [] : callsIn(call),
  });
  const delayMs = whole.reduce((sum, fault) => sum + (fault.kind === 'slow' ? fault.delayMs : 0), 0);
  const lost = { delayMs, answer: html(0, ''), carried: 'nothing', downMs: null } as const;
  if (whole.some(({ kind }) => kind === 'expire-token')) master.access.areTokensValid = false;
  for (const fault of whole) {
    if (fault.kind === 'lost-request') return lost;
    if (fault.kind === 'restart') return { ...lost, downMs: fault.downMs ?? 0 };
    if (fault.kind === 'html') return { ...lost, carried: 'whole', answer: html(200, portal) };
    if (fault.kind === 'status') {
      return {
        ...lost,
        carried: 'whole',
        answer: html(fault.status, fault.body ?? `<html>${fault.status}</html>`),
      };
    }
  }
  const carried = whole.some(({ kind }) => kind === 'lost-answer')
    ? 'nothing'
    : whole.some(({ kind }) => kind === 'half')
      ? 'half'
      : 'whole';
  try {
    const answer = await answerTo(master, raw, call, { ...rest, whole, calls });
    return { delayMs, answer, carried, downMs: null };
  } catch (error) {
    if (error instanceof Restart) return { ...lost, downMs: error.downMs };
    throw error;
  }
}

/** The page of a proxy or login in between. */
const portal = '<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>';

async function answerTo(
  master: Master,
  raw: RawRequest,
  call: XmlRpcCall | RpcFault | null,
  options: Omit<ExchangeOptions, 'injector'> & {
    readonly whole: readonly Fault[];
    readonly calls: ReadonlyMap<number, Fault>;
  },
): Promise<Answer> {
  const { whole, calls, ...rest } = options;
  if (raw.body.byteLength > maxBodyBytes) return html(400, '<h1>Bad Request (400)</h1>');
  const ofCall = (kind: Fault['kind']): boolean =>
    kind === 'reject' || kind === 'lie' || kind === 'hide' || kind === 'stale';
  if (call !== null) {
    const struck = whole.find(({ kind }) => ofCall(kind));
    const count = struck === undefined || call instanceof RpcFault ? 0 : callsIn(call).length;
    const all = new Map(calls);
    for (let index = 0; index < count; index++) if (struck !== undefined) all.set(index, struck);
    return answerRpc(master, raw, call, { ...rest, faults: all });
  }
  if (/^\/RPC2\/?$/.test(raw.target)) return { ...html(302, ''), headers: { location: '/api/help/' } };
  if (!raw.target.startsWith(restRoot)) return notHere();
  if (raw.method !== 'GET') {
    const fault = whole.find(({ kind }) => kind === 'reject' || kind === 'lie');
    return answerRest(master, raw, { ...rest, fault });
  }
  const shown = {
    ...master,
    state: shownState(whole, master.state, master.before, master.release) ?? master.state,
  };
  const answer = await answerRest(shown, { ...raw, target: askedInstead(whole, raw.target) }, rest);
  return { ...answer, body: shownPage(whole, answer.body) };
}
