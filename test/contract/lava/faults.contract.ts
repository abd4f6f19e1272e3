/**
 * What a reconciliation makes of a master that is broken on purpose, through a proxy. Each case is one apply of the
 * same size under one fault. Whatever the fault, and besides what a case itself expects:
 *
 * - an outcome is `done` exactly when the master has it;
 * - the record has what was done, and nothing else; the intent has what may be half-done;
 * - no write is sent twice;
 * - the next run does the rest and nothing else, and then there is nothing left to do.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import {
  fieldsOf,
  keyOf,
  sameValue,
  type AppliedRecord,
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
import { desiredMaster, policy } from '../../support/lab/desired.js';
import { startFaultProxy, type Fault } from '../../support/targets/fault-proxy.js';
import { openRecords } from '../../support/processes/records.js';
import {
  badGateway,
  faultCases,
  html,
  ownFaultCases,
  saysToWrite,
  type ProxyRequest,
} from './fault-cases.js';
import { device, deviceType, template, worker } from '../../support/targets/master-changes.js';

export interface FaultyMaster {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
  /** Where its own processes can be ended and started. */
  readonly server?: (what: 'kill' | 'stop' | 'start') => Promise<void>;
}

/** The file of a stock LAVA in which it keeps a dictionary. */
const dictionaryOf = (board: string) => `/etc/lava-server/dispatcher-config/devices/${board}.jinja2`;

/** What each kind of read is answered with, one kind after the other; each takes a minute on a stock LAVA. HTML is not asked for again. */
const brokenReads: readonly (readonly [string, Fault])[] = [
  ['502', badGateway],
  ['HTML', html],
  ['half of what it should', 'half'],
  ['an empty object', { status: 200, body: '{}' }],
];

/**
 * @param start a master that is empty, and nobody else's
 * @param options.hasServer it is a stock LAVA on this machine, whose processes can be ended
 * @param options.isOurs a master of ours: it takes all changes in one request, which may be sent again
 * @param options.oneBrokenRead no variants of cases, and only the first of the ways to break every read
 */
export function describeFaults(
  name: string,
  start: () => Promise<FaultyMaster>,
  options: { readonly oneBrokenRead?: boolean; readonly hasServer?: boolean; readonly isOurs?: boolean } = {},
): void {
  const isBrief = options.oneBrokenRead === true;
  const isOurs = options.isOurs === true;
  const cases = (isOurs ? ownFaultCases : faultCases).filter(
    ({ isVariant }) => !(isBrief && isVariant === true),
  );
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

    interface Run {
      readonly objects: readonly ConfigurationObject[];
      readonly result: ReconcileResult | null;
      readonly thrown: unknown;
      /** What was sent, in order. */
      readonly writes: readonly string[];
      readonly recordBefore: AppliedRecord | null;
    }

    /** Applies the next version through a proxy that breaks what `decide` says. */
    async function runBroken(
      decide: (request: ProxyRequest) => Fault,
      // Long enough for a busy machine; where the master is silent on purpose it is less.
      { timeoutMs = 20_000 } = {},
    ): Promise<Run> {
      const recordBefore = await records().read('main');
      version += 1;
      const objects = lab();
      const writes: string[] = [];
      let reads = 0;
      const proxy = await startFaultProxy(master.url, (request) => {
        const isWrite = saysToWrite(request);
        if (isWrite) writes.push(`${request.method} ${request.path} ${request.body}`);
        else reads += 1;
        return decide({ ...request, isWrite, nth: isWrite ? writes.length : reads });
      });
      try {
        const broken = createMasterTarget({ url: proxy.url, token: master.token, timeoutMs });
        const result = await run({ ...broken, url: clean.url }, objects);
        return { objects, result, thrown: null, writes, recordBefore };
      } catch (thrown) {
        return { objects, result: null, thrown, writes, recordBefore };
      } finally {
        await proxy.stop();
      }
    }

    /** What the summary says is what the record says, and what the next run does not do again. */
    async function expectSettled({ objects, result, thrown, writes, recordBefore }: Run) {
      if (thrown !== null) {
        expect(thrown).toBeInstanceOf(ExternalError);
        expect(writes).toEqual([]);
      }
      if (!isOurs) expect(new Set(writes).size).toBe(writes.length);
      const outcomes = result?.outcomes ?? [];
      const done = new Set(outcomes.filter(({ status }) => status === 'done').map(({ key }) => key));
      const there = await whatIsThere(objects);
      expect([...done].filter((key) => !there.has(key))).toEqual([]);
      const record = await records().read('main');
      for (const object of objects) {
        const key = keyOf(object);
        const before = recordBefore?.objects.get(key);
        const isUnchanged = before !== undefined && sameDigests(before, digestFields(object));
        const expected = done.has(key) || isUnchanged ? digestFields(object) : before;
        expect([key, record?.objects.get(key)]).toEqual([key, expected]);
      }
      const open = result === null ? [] : pendingChanges(result.plan).map(({ key }) => key);
      const settled = new Set(outcomes.filter(({ status }) => status !== 'failed').map(({ key }) => key));
      const intent = await records().readIntent('main');
      expect([...(intent?.objects.keys() ?? [])].sort()).toEqual(
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
      return there;
    }

    it.each(cases)('a master that $name', async (fault) => {
      const broken = await runBroken(fault.fault(), fault);
      const { result, thrown } = broken;
      expect(thrown instanceof ExternalError ? thrown.retry : thrown).toBe(fault.throws ?? null);
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
      const there = await expectSettled(broken);
      for (const { key, status } of outcomes) expect([key, there.has(key)]).toEqual([key, status === 'done']);
    });

    if (options.hasServer === true) describeRestarts();

    function describeRestarts(): void {
      describe('whose server goes down in the middle of a write', () => {
        /** When some boards have their new dictionary and others have not. */
        async function whenHalfDone(act: 'kill' | 'stop'): Promise<void> {
          await expect
            .poll(() => readFileSync(dictionaryOf('board-4'), 'utf8'), { interval: 1, timeout: 10_000 })
            .toContain(`version ${version} `);
          await master.server?.(act);
        }
        const goDown = (act: 'kill' | 'stop') => {
          let isDown = false;
          return (request: ProxyRequest): Fault => {
            if (isDown || !request.isWrite || !request.body.includes('board-4<')) return 'pass';
            isDown = true;
            return { meanwhile: () => whenHalfDone(act) };
          };
        };

        it('and is started anew at once: the rest goes on', async () => {
          const broken = await runBroken(goDown('kill'));
          const { failure, outcomes = [] } = broken.result ?? {};
          expect([broken.thrown, failure]).toEqual([null, undefined]);
          expect(outcomes.length).toBe(13);
          // What comes after the boards: the new one.
          expect(outcomes.at(-1)).toMatchObject({ verb: 'create', status: 'done' });
          for (const { status } of outcomes) expect(status).not.toBe('skipped');
          await expectSettled(broken);
        });

        it('and stays away: it ends, says so, and the next run does the rest', async () => {
          const broken = await runBroken(goDown('stop'));
          await master.server?.('start');
          expect(broken.thrown).toBeNull();
          expect(broken.result?.failure?.retry).toBe('soon');
          expect(broken.result?.outcomes.every(({ status }) => status === 'done')).toBe(true);
          await expectSettled(broken);
        });
      });
    }

    it.each(isBrief ? brokenReads.slice(0, 1) : isOurs ? brokenReads.slice(1, 2) : brokenReads)(
      'a master that answers any one kind of read with %s, all the time',
      async (_name, fault) => {
        const kinds = new Set<string>();
        await expectSettled(
          await runBroken((request) => {
            if (!request.isWrite) kinds.add(kindOfRead(request));
            return 'pass';
          }),
        );
        expect(kinds.size).toBeGreaterThan(6);
        for (const kind of kinds) {
          const broken = await runBroken((request) =>
            !request.isWrite && kindOfRead(request) === kind ? fault : 'pass',
          );
          // What could not be seen was taken for missing neither by the plan nor by the writes.
          const verbs = (broken.result?.plan.changes ?? []).flatMap(({ key, verb }) =>
            verb === 'create' || verb === 'retire' || verb === 'delete' ? [`${verb} ${key}`] : [],
          );
          expect([kind, verbs.filter((verb) => verb !== `create device/fresh-${version}`)]).toEqual([
            kind,
            [],
          ]);
          await expectSettled(broken);
        }
      },
      600_000,
    );
  });
}

/** What is read, without which objects: `GET /api/v0.2/devices/`, or the methods of calls. */
function kindOfRead({ method, path: at, body }: ProxyRequest): string {
  const methods = body.match(/(?<=<string>)(scheduler|system)\.[\w.]+/g) ?? [];
  const name = at.split('?')[0]?.replace(/(board|fresh|worker)-\d+/, 'NAME');
  return [method, name, ...new Set(methods)].join(' ');
}

function sameDigests(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
