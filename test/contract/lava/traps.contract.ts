import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject, ObjectKey } from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { type Fault, startFaultProxy } from '../../support/targets/fault-proxy.js';
import type { TestServer } from '../../support/http-server.js';
import {
  applyAll,
  change,
  changesTo,
  converge,
  device,
  deviceType,
  interestIn,
  newRevision,
  template,
  worker,
} from '../../support/targets/master-changes.js';
import type { ContractMaster } from './master-target.contract.js';

/** A LAVA master whose files an administrator can access. */
export interface TrapMaster extends ContractMaster {
  /** Such as `2023.01`. */
  readonly release: string;
  readonly url: string;
  readonly token: string;
  /** @param path relative to /etc/lava-server */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
}

const dictionary = "{% extends 'qemu.jinja2' %}\n";
const base: readonly ConfigurationObject[] = [
  deviceType('qemu'),
  worker('worker-1'),
  device('board-1', { deviceType: 'qemu', worker: 'worker-1', health: 'Good', dictionary }),
];

/** How the reconciler handles LAVA's traps: on stock masters and on simulated ones. */
export function describeTraps(title: string, start: () => Promise<TrapMaster>): void {
  describe(title, () => {
    let stock: TrapMaster;
    let target: MasterTarget;
    beforeAll(async () => {
      stock = await start();
    });
    afterAll(async () => {
      await stock.stop();
    });
    beforeEach(async () => {
      await stock.reset();
      target = stock.target;
      await converge(target, base);
    });

    it('a file that LAVA falls back to does not count as a file of the object', async () => {
      const { objects } = await target.observe(new Set());
      if (stock.release < '2022.04') {
        // This release does not tell them apart: the text in force is shown.
        expect(objects.get('worker/worker-1')?.fields).toMatchObject({
          env: expect.stringContaining('overrides') as string,
          dispatcherConfig: null,
        });
        return;
      }
      // The global env.yaml and the packaged qemu.jinja2 exist, and reads return them.
      expect(objects.get('worker/worker-1')?.fields).toMatchObject({
        env: null,
        envDut: null,
        dispatcherConfig: null,
      });
      expect(objects.has('template/qemu')).toBe(false);
      const own = [template('qemu', '{# own #}\n'), worker('worker-1', { env: 'purge: true\n' })];
      expect((await converge(target, own)).left).toEqual([]);
    });

    it("a fallback to another file of the same worker's dispatcher configuration counts as its own", async () => {
      await stock.writeFile('dispatcher.d/worker-1.yaml', 'prefix: old-\n');
      const { objects } = await target.observe(new Set());
      expect(objects.get('worker/worker-1')?.fields).toMatchObject({ dispatcherConfig: 'prefix: old-\n' });
      const { outcomes } = await converge(target, [worker('worker-1', { dispatcherConfig: null })]);
      const why = stock.supports.deletingFiles ? 'dispatcherConfig' : 'cannot delete files';
      expect(outcomes).toMatchObject([{ status: 'failed', reason: expect.stringContaining(why) as string }]);
    });

    it('a packaged template whose name is not a device type is returned as it is in force', async () => {
      const { objects } = await target.observe(
        new Set<ObjectKey>(['template/base', 'template/no-such-template']),
      );
      expect(objects.get('template/base')?.fields).toMatchObject({
        text: expect.stringContaining('{') as string,
      });
      expect(objects.has('template/no-such-template')).toBe(false);
    });

    it('a file that cannot be decoded is unreadable, not absent', async () => {
      await stock.writeFile('dispatcher-config/devices/board-1.jinja2', Buffer.from([0xff, 0xfe, 0x41]));
      const observed = await target.observe(new Set());
      expect(observed.unreadable).toMatchObject([{ kind: 'device', name: 'board-1', field: 'dictionary' }]);
      expect(observed.objects.get('device/board-1')?.fields).not.toHaveProperty('dictionary');
    });

    it('an alias belongs to one type: it is not moved away from another', async () => {
      await converge(target, [
        deviceType('qemu', { aliases: ['ti,omap4-panda'] }),
        deviceType('other', { aliases: [] }),
      ]);
      const { left, outcomes } = await converge(target, [
        deviceType('qemu', { aliases: ['ti,omap4-panda'] }),
        deviceType('other', { aliases: ['ti,omap4-panda'] }),
      ]);
      expect(outcomes).toMatchObject([
        { status: 'failed', reason: expect.stringContaining('belongs to device-type/qemu') as string },
      ]);
      expect(left.map(({ key }) => key)).toEqual(['device-type/other']);
    });

    it('a type with devices is not deleted, because that would delete them with all their jobs', async () => {
      const outcomes = await applyAll(target, [change('delete', deviceType('qemu'))]);
      expect(outcomes).toMatchObject([
        { status: 'failed', reason: expect.stringContaining('1 devices') as string },
      ]);
      expect((await target.observe(new Set())).objects.has('device/board-1')).toBe(true);
    });

    it('a change of a worker does not make its devices Unknown, as setting Active again would', async () => {
      await converge(target, [
        worker('worker-1', { jobLimit: 2, env: 'a: 1\n', description: 'x', health: 'Active' }),
      ]);
      const { objects } = await target.observe(new Set());
      expect(objects.get('device/board-1')?.fields).toMatchObject({ health: 'Good' });
    });

    it('an object that appeared after the plan was made is not changed', async () => {
      const desired = [
        device('board-2', { deviceType: 'qemu', worker: 'worker-1', dictionary: '{# lab #}' }),
      ];
      const changes = changesTo(target, desired, await target.observe(new Set()));
      await converge(target, [
        device('board-2', { deviceType: 'qemu', worker: 'worker-1', dictionary: '{# by hand #}' }),
      ]);
      expect(await applyAll(target, changes)).toMatchObject([{ status: 'failed' }]);
      expect((await target.observe(new Set())).objects.get('device/board-2')?.fields).toMatchObject({
        dictionary: '{# by hand #}',
      });
    });

    it('a failure affects the changes that depend on it, and no others', async () => {
      const desired = [
        template('bad', 'a \u0000'),
        deviceType('bad'),
        deviceType('good'),
        worker('worker-2'),
        device('of-bad', { deviceType: 'bad', worker: 'worker-2', dictionary: '{# #}' }),
        device('extends-bad', {
          deviceType: 'good',
          worker: 'worker-2',
          dictionary: "{% extends 'bad.jinja2' %}",
        }),
        device('of-good', { deviceType: 'good', worker: 'worker-2', dictionary: '{# #}' }),
        device('no-type', { deviceType: 'never-heard-of', worker: 'worker-2', dictionary: '{# #}' }),
      ];
      const { outcomes } = await converge(target, desired);
      expect(outcomes.map(({ key, status }) => `${status} ${key}`)).toEqual([
        'failed template/bad',
        'done device-type/bad',
        'done device-type/good',
        'done worker/worker-2',
        'skipped device/of-bad',
        'skipped device/extends-bad',
        'done device/of-good',
        'failed device/no-type',
      ]);
      expect(outcomes.at(-1)?.reason).toContain('never-heard-of');
    });

    it('a change with one failed call has failed, and its partial effect is visible', async () => {
      const wrong = device('board-1', { description: 'new', dictionary: '{# new #}', deviceType: 'nowhere' });
      expect((await converge(target, [wrong])).outcomes).toMatchObject([
        { status: 'failed', reason: expect.stringContaining('nowhere') as string },
      ]);
      const { objects } = await target.observe(new Set());
      // The dictionary was written before the row, whose call failed completely. Before 2022.04, another call sets the type.
      expect(objects.get('device/board-1')?.fields).toMatchObject({
        description: stock.release < '2022.04' ? 'new' : null,
        dictionary: '{# new #}',
        deviceType: 'qemu',
      });
      const right = device('board-1', { description: 'new', dictionary: '{# new #}', deviceType: 'qemu' });
      expect((await converge(target, [right])).left).toEqual([]);
    });

    it('a retired device is changed and adopted like any other', async () => {
      await converge(target, [device('board-1', { health: 'Retired' })]);
      const { objects } = await target.observe(new Set());
      const there = objects.get('device/board-1');
      if (there?.kind !== 'device') throw new Error('a retired device is not shown');
      const adopted = { ...there, fields: { ...there.fields, version: '2' } };
      const field = { field: 'version', before: null, after: '2', cause: 'unmanaged' } as const;
      expect(await applyAll(target, [change('adopt', adopted, [field])])).toMatchObject([{ status: 'done' }]);
      expect((await target.observe(new Set())).objects.get('device/board-1')).toEqual(adopted);
    });

    it('all objects are found even if they fill more than one page', async () => {
      const many = Array.from({ length: 120 }, (_, index) =>
        worker(`many-${String(index).padStart(3, '0')}`),
      );
      expect((await converge(target, many)).left).toEqual([]);
    });

    it('hardware without a row on the master is a clear failure', async () => {
      const { outcomes } = await converge(target, [deviceType('qemu', { architecture: 'ARMv99' })]);
      expect(outcomes).toMatchObject([
        { status: 'failed', reason: expect.stringContaining('ARMv99') as string },
      ]);
    });

    it('a wrong token must be fixed by a person, and is not printed', async () => {
      const wrong = createMasterTarget({
        url: stock.url,
        token: 'not-the-token',
        tokenOrigin: 'LAVA_TOKEN',
      });
      const error: unknown = await wrong.observe(new Set()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'ExternalError', retry: 'after-change' });
      expect(String(error)).toContain('LAVA_TOKEN');
      expect(String(error)).not.toContain('not-the-token');
    });

    describe('behind a broken connection', () => {
      let proxy: TestServer | undefined;
      afterEach(async () => {
        await proxy?.stop();
        proxy = undefined;
      });

      async function through(
        fault: (request: { path: string; body: string }) => Fault,
      ): Promise<MasterTarget> {
        proxy = await startFaultProxy(stock.url, fault);
        return createMasterTarget({ url: proxy.url, token: stock.token, timeoutMs: 5_000 });
      }
      const isWrite = (body: string): boolean => /set_dictionary|devices\.add/.test(body);
      const desired = [
        device('board-1', { dictionary: '{# new #}' }),
        device('board-2', {
          deviceType: 'qemu',
          worker: 'worker-1',
          health: 'Good',
          dictionary: '{# two #}',
        }),
      ];

      it('a change of health has the revision as its reason, where LAVA logs one', async () => {
        const paths: string[] = [];
        const recorded = await through(({ path, body }) => {
          if (body.includes('lavaflow, revision 0123456789ab')) paths.push(path);
          return 'pass';
        });
        const { left } = await converge(recorded, [
          device('board-1', { health: 'Bad' }),
          worker('worker-1', { health: 'Maintenance' }),
        ]);
        // Before 2022.01, a worker's maintenance moves its devices; Bad ones stay.
        expect(left).toEqual([]);
        expect(paths.sort()).toEqual([
          ...(stock.release >= '2026.01' ? ['/RPC2'] : []),
          ...(stock.release >= '2024.09' ? ['/api/v0.2/workers/worker-1/set_health/'] : []),
        ]);
      });

      it('reads are repeated', async () => {
        let count = 0;
        const broken = await through(() => {
          count += 1;
          if (count % 5 === 1) return { status: 502, body: '<html>' };
          if (count % 5 === 3) return 'half';
          return 'pass';
        });
        const clean = await target.observe(new Set());
        const observed = await broken.observe(new Set());
        expect(observed).toEqual(clean);
      });

      it.each([
        ['HTML', { status: 200, body: '<!doctype html><html></html>' }],
        ['an empty body', { status: 200, body: '' }],
        ['a refusal', { status: 403, body: '{"detail":"no"}' }],
        ['an empty object', { status: 200, body: '{}' }],
      ] as const)('a list that answers with %s is never an empty list', async (_, fault) => {
        const broken = await through(({ path }) => (path.includes('/devices/?') ? fault : 'pass'));
        const seen = await broken.observe(new Set()).then(
          (observed) => observed.unreadable.map(({ kind, name }) => [kind, name]),
          (error: unknown) => error,
        );
        if (Array.isArray(seen)) expect(seen).toContainEqual(['device', undefined]);
        else expect(seen).toMatchObject({ name: 'ExternalError' });
      });

      it('a write whose response is lost is not repeated but checked', async () => {
        const writes: string[] = [];
        const broken = await through(({ body }) => {
          if (!isWrite(body)) return 'pass';
          writes.push(body);
          return 'lose-answer';
        });
        const { outcomes, left } = await converge(broken, desired);
        expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
        expect(left).toEqual([]);
        expect(writes).toHaveLength(2);
      });

      it('a lost write has failed, and the next run repeats it', async () => {
        const broken = await through(({ body }) => (isWrite(body) ? 'lose-request' : 'pass'));
        const { outcomes } = await converge(broken, desired);
        expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed']);
        expect((await converge(target, desired)).left).toEqual([]);
      });

      it('a master that reports success but does nothing is detected', async () => {
        const broken = await through(({ body }) =>
          isWrite(body) ? { instead: body.replaceAll('{# new #}', '{# other #}') } : 'pass',
        );
        const { outcomes } = await converge(broken, [device('board-1', { dictionary: 'a\n{# new #}' })]);
        expect(outcomes).toMatchObject([
          { status: 'failed', reason: expect.stringContaining('dictionary starting at line 2') as string },
        ]);
      });

      it('a master that goes down in the middle ends the apply after the known outcomes were reported', async () => {
        let isGone = false;
        const broken = await through(({ body }) => {
          if (body.includes('devices.add')) isGone = true;
          return isGone ? 'lose-request' : 'pass';
        });
        const changes = changesTo(
          target,
          [...desired, device('board-3', { deviceType: 'qemu', worker: 'worker-1' })],
          await target.observe(interestIn(desired)),
        );
        const seen: string[] = [];
        const applied = broken.apply(changes, newRevision(), ({ key, status }) => {
          seen.push(`${status} ${key}`);
        });
        await expect(applied).rejects.toMatchObject({ name: 'ExternalError', retry: 'soon' });
        expect(seen).toEqual(['done device/board-1']);
      });
    });
  });
}
