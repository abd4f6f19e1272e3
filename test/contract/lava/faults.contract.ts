/**
 * How a reconciliation handles a master that is deliberately broken, through a proxy. Each case is one apply of the
 * same size with one fault. For each fault, besides the expectations of the case itself:
 *
 * - an outcome is `done` exactly if the master has the change;
 * - the record contains what was done, and nothing else; the intent contains what may be half-done;
 * - no write is sent twice;
 * - the next run does the rest and nothing else, and then no changes are left.
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
import { changesExceptGroups, desiredMaster, policy } from '../../support/lab/desired.js';
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
  /** Whether its own processes can be ended and started. */
  readonly server?: (what: 'kill' | 'stop' | 'start') => Promise<void>;
  /** The directory of its files, if it is a stock LAVA. */
  readonly configuration?: string;
}

/**
 * The response to each kind of read, one kind after the other; each takes a minute on a stock LAVA. HTML is not
 * requested again.
 */
const brokenReads: readonly (readonly [string, Fault])[] = [
  ['502', badGateway],
  ['HTML', html],
  ['half of what it should', 'half'],
  ['an empty object', { status: 200, body: '{}' }],
];

/**
 * @param start an empty master that nobody else uses
 * @param options.hasServer it is a stock LAVA on this machine, whose processes can be ended
 * @param options.isOurs an embedded master: it accepts all changes in one request, which may be sent again
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

    /** The lab at the current version: each one changes ten boards, a template and a worker, and adds a new board. */
    function lab(): ConfigurationObject[] {
      const boards = Array.from({ length: 10 }, (_, index) => `board-${index + 1}`);
      const fresh = Array.from({ length: version }, (_, index) => `fresh-${index + 1}`);
      const dictionary = (text: string) => `{% extends 'lab-qemu.jinja2' %}\n{# ${text} #}\n`;
      return [
        template('lab-qemu', `{# version ${version} #}\n`),
        deviceType('lab-qemu', { aliases: [] }),
        worker('worker-1', { description: `version ${version}` }),
        ...boards.map((board) =>
          device(board, {
            deviceType: 'lab-qemu',
            worker: 'worker-1',
            dictionary: dictionary(`version ${version}`),
          }),
        ),
        ...fresh.map((board) =>
          device(board, {
            deviceType: 'lab-qemu',
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

    /** Keys of objects that are on the master as the lab defines them. */
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
      /** The requests, in order. */
      readonly writes: readonly string[];
      readonly recordBefore: AppliedRecord | null;
    }

    /** Applies the next version through a proxy that injects the faults specified by `decide`. */
    async function runBroken(
      decide: (request: ProxyRequest) => Fault,
      // Long enough for a busy machine; shorter if the master is silent on purpose.
      { timeoutMs = 20_000, firstRetryMs }: { timeoutMs?: number; firstRetryMs?: number } = {},
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
        const broken = createMasterTarget({
          url: proxy.url,
          token: master.token,
          timeoutMs,
          ...(firstRetryMs === undefined ? {} : { firstRetryMs }),
        });
        const result = await run({ ...broken, url: clean.url }, objects);
        return { objects, result, thrown: null, writes, recordBefore };
      } catch (thrown) {
        return { objects, result: null, thrown, writes, recordBefore };
      } finally {
        await proxy.stop();
      }
    }

    /** The summary must match the record, and the next run must not repeat what was done. */
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

      // The next run, on a master without faults.
      const second = await run(clean, objects);
      expect(second.outcomes.map(({ key, status }) => [key, status]).sort()).toEqual(
        objects
          .map(keyOf)
          .filter((key) => !there.has(key))
          .map((key) => [key, 'done'])
          .sort(),
      );
      expect(await whatIsThere(objects)).toEqual(new Set(objects.map(keyOf)));
      expect(changesExceptGroups(await planMaster(requestFor(clean, objects)))).toEqual([]);
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
        /** When some boards have their new dictionary and others do not. */
        async function whenHalfDone(act: 'kill' | 'stop'): Promise<void> {
          const dictionary = `${master.configuration}/dispatcher-config/devices/board-4.jinja2`;
          await expect
            .poll(() => readFileSync(dictionary, 'utf8'), { interval: 1, timeout: 10_000 })
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

        it('and is restarted at once: the rest continues', async () => {
          const broken = await runBroken(goDown('kill'));
          const { failure, outcomes = [] } = broken.result ?? {};
          expect([broken.thrown, failure]).toEqual([null, undefined]);
          expect(outcomes.length).toBe(13);
          // The new board, which follows the other boards.
          expect(outcomes.at(-1)).toMatchObject({ verb: 'create', status: 'done' });
          for (const { status } of outcomes) expect(status).not.toBe('skipped');
          await expectSettled(broken);
        });

        it('and stays down: the apply ends with an error, and the next run does the rest', async () => {
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
      'a master that always responds to one kind of read with %s',
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
          // Such a read stays broken, however long the retries wait.
          const broken = await runBroken(
            (request) => (!request.isWrite && kindOfRead(request) === kind ? fault : 'pass'),
            { firstRetryMs: 5 },
          );
          // Neither the plan nor the writes treated unreadable objects as missing.
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

/** The kind of a read, without its objects: `GET /api/v0.2/devices/`, or the methods of calls. */
function kindOfRead({ method, path: at, body }: ProxyRequest): string {
  const methods = body.match(/(?<=<string>)(scheduler|system)\.[\w.]+/g) ?? [];
  const name = at.split('?')[0]?.replace(/(board|fresh|worker)-\d+/, 'NAME');
  return [method, name, ...new Set(methods)].join(' ');
}

function sameDigests(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
