/**
 * What a reconciliation makes of a master that is broken on purpose, through a proxy. Each case is one apply of the
 * same size under one fault. Whatever the fault, and besides what a case itself expects:
 *
 * - an outcome is `done` exactly when the master has it;
 * - the record has what was done, and nothing else; the intent has what may be half-done;
 * - no write is sent twice;
 * - the next run does the rest and nothing else, and then there is nothing left to do.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ExternalError, type Retry } from '../../../src/diagnostics/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import {
  fieldsOf,
  keyOf,
  sameValue,
  type ConfigurationObject,
  type ObjectKey,
} from '../../../src/model/index.js';
import { digestFields, noConsents, pendingChanges } from '../../../src/plan/index.js';
import {
  planMaster,
  reconcile,
  type MasterTarget,
  type ReconcileResult,
} from '../../../src/reconcile/index.js';
import { desiredMaster, policy } from '../../support/desired.js';
import { startFaultProxy, type Fault } from '../../support/fault-proxy.js';
import { decodeCall, encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';
import { openRecords } from '../../support/records.js';
import { device, deviceType, template, worker } from '../../support/master-changes.js';

export interface FaultyMaster {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly isWrite: boolean;
  /** Of this request among writes (or reads), from 1. */
  readonly nth: number;
}

interface Case {
  readonly name: string;
  /** Decides about each request; made anew for each case. */
  readonly fault: () => (request: ProxyRequest) => Fault;
  /** Nothing could be seen, so nothing was tried. */
  readonly throws?: Retry;
  /** It ended early. */
  readonly failure?: Retry;
  /** Outcomes that were reported; default 0. Thirteen changes are due: boards 1-10, a new one, template and worker. */
  readonly done?: number;
  readonly failed?: number;
  readonly skipped?: number;
  /** In every reason of what failed. */
  readonly reason?: RegExp;
}

const html: Fault = { status: 200, body: '<!doctype html><html><body>Sign in</body></html>' };
const badGateway: Fault = { status: 502, body: '<html>Bad Gateway</html>' };
const noToken: Fault = { status: 401, body: '{"detail":"Invalid token."}' };

/** Always, when it holds for a request. */
const when =
  (holds: (request: ProxyRequest) => boolean, fault: Fault) =>
  () =>
  (request: ProxyRequest): Fault =>
    holds(request) ? fault : 'pass';

/** From the first request on for which it holds, everything; for `count` requests. */
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

/** The calls of a request, changed on their way. */
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
/** What a master has done when it goes down in the middle. */
const halfDone: Fault = {
  ...changeCalls((calls) => calls.slice(0, Math.floor(calls.length / 2))),
  losesAnswer: true,
};

const cases: readonly Case[] = [
  { name: 'answers 502 to everything', fault: when(() => true, badGateway), throws: 'soon' },
  {
    name: 'answers 502 to every third read',
    fault: when((r) => isRead(r) && r.nth % 3 === 1, badGateway),
    done: 13,
  },
  {
    name: 'answers 502 to every write',
    fault: when(isWrite, badGateway),
    failed: 2,
    skipped: 11,
    reason: /502/,
  },
  {
    name: 'answers 502 to the write of boards',
    fault: when(writesBoards, badGateway),
    done: 3,
    failed: 10,
    reason: /502/,
  },
  { name: 'does a write and answers too late', fault: when(writesBoards, 'hang'), done: 13 },
  { name: 'does not answer any read', fault: when(isRead, 'hang'), throws: 'soon' },
  {
    name: 'does not answer some reads in time',
    fault: when((r) => isRead(r) && r.nth % 7 === 3, 'hang'),
    done: 13,
  },
  { name: 'sends half of every list', fault: when(listsDevices, 'half'), throws: 'soon' },
  { name: 'sends half of some answers', fault: when((r) => isRead(r) && r.nth % 4 === 2, 'half'), done: 13 },
  { name: 'does a write and sends half of the answer', fault: when(isWrite, 'half'), done: 13 },
  { name: 'sends HTML for everything', fault: when(() => true, html), throws: 'after-change' },
  { name: 'sends HTML for every write', fault: when(isWrite, html), failed: 2, skipped: 11 },
  { name: 'is slow', fault: when(() => true, { delayMs: 120 }), done: 13 },
  { name: 'takes no token', fault: when(() => true, noToken), throws: 'after-change' },
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
    name: 'stores something else than it was given',
    fault: when(
      isWrite,
      changeCalls((calls) =>
        calls.map((call) =>
          call.params[0] === 'board-4' ? { ...call, params: ['board-4', '{# of somebody else #}'] } : call,
        ),
      ),
    ),
    done: 12,
    failed: 1,
    reason: /the master shows something else than was written: dictionary from line 1 on/,
  },
  {
    name: 'says yes to everything and does nothing',
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
    name: 'restarts in the middle of a write, and stays away',
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
    name: 'answers a write in something that is no XML-RPC',
    fault: when(isWrite, { status: 200, body: '<?xml version="1.0"?><methodResponse><params>' }),
    failed: 2,
    skipped: 11,
  },
  {
    name: 'shows HTML in the place of the list of devices',
    fault: when(listsDevices, html),
    done: 2,
  },
  {
    name: 'shows an empty page of a list that is not empty',
    fault: when(listsDevices, {
      status: 200,
      body: '{"count":11,"next":null,"previous":null,"results":[]}',
    }),
    throws: 'soon',
  },
  {
    name: 'sends readers to a login page',
    fault: when(isRead, { status: 302, body: '' }),
    throws: 'after-change',
  },
];

/** @param start a master that is empty, and nobody else's */
export function describeFaults(name: string, start: () => Promise<FaultyMaster>): void {
  describe(name, () => {
    let master: FaultyMaster;
    let clean: MasterTarget;
    let directory: string;
    let version = 0;
    beforeAll(async () => {
      master = await start();
      clean = createMasterTarget(master);
      directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-faults-'));
      const { outcomes } = await run(clean, lab());
      expect(outcomes.every(({ status }) => status === 'done')).toBe(true);
    });
    afterAll(async () => {
      await master.stop();
      rmSync(directory, { recursive: true });
    });

    const records = () => openRecords({ file: path.join(directory, 'records') });

    /** The lab at the current version: each one changes ten boards, a template and a worker, and brings a new board. */
    function lab(): ConfigurationObject[] {
      const boards = Array.from({ length: 10 }, (_, index) => `board-${index + 1}`);
      const fresh = Array.from({ length: version }, (_, index) => `fresh-${index + 1}`);
      const dictionary = (text: string) => `{% extends 'qemu.jinja2' %}\n{# ${text} #}\n`;
      return [
        template('qemu', `{# version ${version} #}\n`),
        deviceType('qemu', { aliases: [] }),
        worker('worker-1', { description: `version ${version}` }),
        ...boards.map((board) =>
          device(board, {
            deviceType: 'qemu',
            worker: 'worker-1',
            dictionary: dictionary(`version ${version}`),
          }),
        ),
        ...fresh.map((board) =>
          device(board, {
            deviceType: 'qemu',
            worker: 'worker-1',
            health: 'Maintenance',
            tags: ['new'],
            dictionary: dictionary('new'),
          }),
        ),
      ].map((object) => clean.normalise(object));
    }

    const requestFor = (target: MasterTarget, objects: readonly ConfigurationObject[]) => ({
      target,
      desired: desiredMaster(objects),
      records: records(),
      policy: { ...policy, maxUpdateShare: 1 },
      mode: 'enforce' as const,
      revision: { repository: '/lab', revision: `r${version}` },
      consents: noConsents,
    });
    const run = (target: MasterTarget, objects: readonly ConfigurationObject[]): Promise<ReconcileResult> =>
      reconcile(requestFor(target, objects));

    /** Keys of objects that are on the master as the lab wants them. */
    async function whatIsThere(objects: readonly ConfigurationObject[]): Promise<ReadonlySet<ObjectKey>> {
      const observed = await clean.observe(new Set(objects.map(keyOf)));
      expect(observed.unreadable).toEqual([]);
      const there = objects.filter((object) => {
        const have = observed.objects.get(keyOf(object));
        return (
          have !== undefined &&
          Object.entries(fieldsOf(object)).every(([field, value]) => sameValue(value, fieldsOf(have)[field]))
        );
      });
      return new Set(there.map(keyOf));
    }

    it.each(cases)('a master that $name', async (fault) => {
      const recordBefore = await records().read('main');
      version += 1;
      const objects = lab();
      const writes: string[] = [];
      let reads = 0;
      const decide = fault.fault();
      const proxy = await startFaultProxy(master.url, (request) => {
        const writing = saysToWrite(request);
        if (writing) writes.push(`${request.method} ${request.path} ${request.body}`);
        else reads += 1;
        return decide({ ...request, isWrite: writing, nth: writing ? writes.length : reads });
      });
      let result: ReconcileResult | null = null;
      let thrown: unknown = null;
      try {
        const broken = createMasterTarget({ url: proxy.url, token: master.token, timeoutMs: 1500 });
        result = await run({ ...broken, url: clean.url }, objects);
      } catch (error) {
        thrown = error;
      } finally {
        await proxy.stop();
      }

      // The kind of the error, and the numbers.
      if (fault.throws !== undefined) {
        expect(thrown).toBeInstanceOf(ExternalError);
        expect(thrown).toMatchObject({ retry: fault.throws });
        expect(writes).toEqual([]);
        expect(await records().read('main')).toEqual(recordBefore);
        expect(await records().readIntent('main')).toBeNull();
      } else expect(thrown).toBeNull();
      const outcomes = result?.outcomes ?? [];
      const count = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
      expect({
        failure: result?.failure?.retry,
        done: count('done'),
        failed: count('failed'),
        skipped: count('skipped'),
      }).toEqual({
        failure: fault.failure,
        done: fault.done ?? 0,
        failed: fault.failed ?? 0,
        skipped: fault.skipped ?? 0,
      });
      for (const { status, reason } of outcomes) {
        if (status === 'failed') expect(reason).toMatch(fault.reason ?? /./);
        expect(reason ?? '').not.toContain(master.token);
      }
      expect(new Set(writes).size).toBe(writes.length);

      // What the summary says is what the master has, and what the record says.
      const there = await whatIsThere(objects);
      for (const { key, status } of outcomes) expect([key, there.has(key)]).toEqual([key, status === 'done']);
      const done = new Set(outcomes.filter(({ status }) => status === 'done').map(({ key }) => key));
      const record = await records().read('main');
      for (const object of objects) {
        const key = keyOf(object);
        const before = recordBefore?.objects.get(key);
        const isUnchanged = before !== undefined && sameDigests(before, digestFields(object));
        expect([key, record?.objects.get(key)]).toEqual([
          key,
          done.has(key) || isUnchanged ? digestFields(object) : before,
        ]);
      }
      const open = result === null ? [] : pendingChanges(result.plan).map(({ key }) => key);
      const settled = new Set(outcomes.filter(({ status }) => status !== 'failed').map(({ key }) => key));
      expect([...((await records().readIntent('main'))?.objects.keys() ?? [])].sort()).toEqual(
        open.filter((key) => !settled.has(key)).sort(),
      );

      // The next run, on a master that is well again.
      const second = await run(clean, objects);
      expect(second.outcomes.map(({ key, status }) => [key, status]).sort()).toEqual(
        objects
          .map(keyOf)
          .filter((key) => !there.has(key))
          .map((key) => [key, 'done'])
          .sort(),
      );
      expect(await whatIsThere(objects)).toEqual(new Set(objects.map(keyOf)));
      expect((await planMaster(requestFor(clean, objects))).changes).toEqual([]);
      expect(await records().readIntent('main')).toBeNull();
    });
  });
}

function saysToWrite({ method, path: at, body }: { method: string; path: string; body: string }): boolean {
  if (at.includes('/RPC2'))
    return (
      /\.(add|update|delete|set_\w+|perms_\w+)<\/string>/.test(body) ||
      /\.(add|update|delete|set_\w+)<\/value>/.test(body)
    );
  return method !== 'GET';
}

function sameDigests(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
