/**
 * What happens to objects that cannot be created completely: on a stock master and on the simulated one. No half-created
 * object is left behind, and what lavaflow created is never treated as somebody else's.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject, GroupPermission, ObjectKey } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type MasterTarget } from '../../../src/reconcile/index.js';
import { desiredMaster, policy } from '../../support/lab/desired.js';
import { makeReconcilers, type Reconcilers } from '../../support/processes/reconciler.js';
import { openRecords } from '../../support/processes/records.js';
import { startFaultProxy, type Fault } from '../../support/targets/fault-proxy.js';
import {
  applyAll,
  change,
  changesTo,
  converge,
  device,
  deviceType,
  worker,
} from '../../support/targets/master-changes.js';
import type { TrapMaster } from './traps.contract.js';

const dictionary = "{% extends 'qemu.jinja2' %}\n";
const base: readonly ConfigurationObject[] = [
  deviceType('qemu', { aliases: ['vexpress'] }),
  worker('worker-1'),
  device('board-1', { deviceType: 'qemu', worker: 'worker-1', dictionary }),
];

export function describeHalfCreated(title: string, start: () => Promise<TrapMaster>): void {
  describe(title, () => {
    let master: TrapMaster;
    let target: MasterTarget;
    let reconcilers: Reconcilers;
    let directory: string;
    beforeAll(async () => {
      master = await start();
      reconcilers = await makeReconcilers();
    });
    afterAll(async () => {
      reconcilers.remove();
      await master.stop();
    });
    beforeEach(async () => {
      await master.reset();
      target = master.target;
      await converge(target, base);
      directory = await mkdtemp(join(tmpdir(), 'lavaflow-half-'));
      return () => rm(directory, { recursive: true });
    });

    const keysThere = async () => [...(await target.observe(new Set())).objects.keys()].sort();
    const fieldsOf = async (key: ObjectKey) => (await target.observe(new Set())).objects.get(key)?.fields;
    const groups = (group: string): GroupPermission[] => [{ group, permission: 'view_devicetype' }];

    describe('names that are taken', () => {
      it.each([
        [
          'belongs to another type',
          deviceType('board', { aliases: ['vexpress'] }),
          "the alias 'vexpress' belongs to",
        ],
        [
          'is the name of a type',
          deviceType('board', { aliases: ['qemu'] }),
          "the alias 'qemu' is the name of",
        ],
        ['is the name of the new type', deviceType('vexpress'), "the alias 'vexpress' belongs to"],
      ])('an alias that %s fails before anything is written', async (_what, type, reason) => {
        const before = await keysThere();
        const devices = [
          device('b-1', { deviceType: type.name, worker: 'worker-1', dictionary }),
          device('b-2', { deviceType: 'qemu', worker: 'worker-1', dictionary }),
        ];
        expect((await converge(target, [type, ...devices])).outcomes).toMatchObject([
          { status: 'failed', reason: expect.stringContaining(reason) as string },
          { status: 'skipped' },
          { status: 'done' },
        ]);
        expect(await keysThere()).toEqual([...before, 'device/b-2'].sort());
        expect(await fieldsOf('device-type/qemu')).toMatchObject({ aliases: ['vexpress'] });
      });

      it('aliases move between types within a plan', async () => {
        await converge(target, [deviceType('board', { aliases: ['zcu'] })]);
        const swapped = [
          deviceType('board', { aliases: ['new', 'vexpress'] }),
          deviceType('qemu', { aliases: ['zcu'] }),
        ];
        const { outcomes, left } = await converge(target, swapped);
        expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
        expect(left).toEqual([]);
      });
    });

    describe('a new object that cannot be completed', () => {
      const halves: readonly (readonly [string, ConfigurationObject])[] = [
        [
          'a type with the permission of an unknown group',
          deviceType('board', { aliases: ['a', 'b'], permissions: groups('nobody') }),
        ],
        ['a type with an unknown processor', deviceType('board', { processor: 'none', aliases: ['a'] })],
        [
          'a worker with an impossible job limit',
          worker('worker-2', { description: 'x', env: 'a: 1\n', jobLimit: -1 }),
        ],
        [
          'a device with the permission of an unknown group',
          device('board-2', {
            deviceType: 'qemu',
            worker: 'worker-1',
            dictionary,
            tags: ['t'],
            permissions: [{ group: 'nobody', permission: 'view_device' }],
          }),
        ],
        [
          'a device without a worker, with the permission of an unknown group',
          device('board-2', {
            deviceType: 'qemu',
            worker: null,
            dictionary,
            permissions: [{ group: 'nobody', permission: 'view_device' }],
          }),
        ],
      ];

      it.each(halves)('is removed again: %s', async (_what, object) => {
        const before = await keysThere();
        expect((await converge(target, [object])).outcomes).toMatchObject([
          { status: 'failed', reason: expect.stringContaining('was removed again') as string },
        ]);
        expect(await keysThere()).toEqual(before);
        // Nothing of it remains that a new object with the same name would get.
        const again = [
          deviceType('board'),
          worker('worker-2'),
          device('board-2', { deviceType: 'qemu', worker: null }),
        ];
        const { outcomes, observed } = await converge(target, again);
        expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
        // Before 2022.04, a file cannot be deleted.
        const noFile = master.supports.deletingFiles ? { dictionary: null } : {};
        expect(observed.objects.get('device/board-2')?.fields).toMatchObject({ ...noFile, tags: [] });
      });

      it('stays if somebody uses it already, and is reported as ours', async () => {
        const type = deviceType('board', { permissions: groups('nobody') });
        const busy = await startFaultProxy(master.url, (request): Fault => {
          if (!request.body.includes('device_types.show') || request.body.includes('aliases.show'))
            return 'pass';
          // The check before the removal: somebody adds a device at this moment.
          return {
            change: (text) =>
              text.replace(
                /<name>devices<\/name>\s*<value><array><data>/,
                '$&<value><string>x</string></value>',
              ),
          };
        });
        try {
          const through = createMasterTarget({ url: busy.url, token: master.token });
          const outcomes = await applyAll(
            through,
            changesTo(target, [type], await target.observe(new Set())),
          );
          expect(outcomes).toMatchObject([
            {
              status: 'failed',
              created: true,
              reason: expect.stringContaining('could not be removed again') as string,
            },
          ]);
        } finally {
          await busy.stop();
        }
        expect(await keysThere()).toContain('device-type/board');
      });
    });

    it('what an object still needs whose change failed is neither deleted nor retired', async () => {
      const moved = device('board-1', { deviceType: 'qemu', worker: 'worker-2' });
      const outcomes = await applyAll(target, [
        change('create', worker('worker-2', { env: 'a: "\u0001"\n' })),
        change('update', moved, [
          { field: 'worker', before: 'worker-1', after: 'worker-2', cause: 'this change' },
        ]),
        change('delete', worker('worker-1')),
      ]);
      expect(outcomes.map(({ status, reason }) => `${status}: ${reason ?? ''}`)).toEqual([
        expect.stringContaining('failed'),
        'skipped: worker/worker-2 failed, and device/board-1 depends on it',
        'skipped: device/board-1 still needs it, because its change failed',
      ]);
      expect(await fieldsOf('device/board-1')).toMatchObject({ worker: 'worker-1' });
    });

    describe('what lavaflow created is its own', () => {
      const lab = [
        ...base,
        deviceType('new', { aliases: ['n-1', 'n-2', 'n-3'], permissions: groups('lab-one') }),
        device('board-9', { deviceType: 'new', worker: 'worker-1', dictionary, tags: ['t-1', 't-2'] }),
      ];
      const records = () => openRecords({ file: join(directory, 'records') });
      const request = () => ({
        target,
        desired: desiredMaster(lab),
        records: records(),
        policy,
        mode: 'enforce' as const,
        revision: { repository: '/lab', revision: 'r1' },
        consents: { ...noConsents, adopt: 'none' as const },
      });

      /** Applies the lab in another process, which is killed when the master gets the first write that matches. */
      async function applyAndKill(pattern: RegExp, cut: (body: string) => string): Promise<void> {
        const labFile = join(directory, 'lab.json');
        await writeFile(labFile, JSON.stringify(lab));
        let kill: () => void = () => undefined;
        const proxy = await startFaultProxy(master.url, ({ body }) => {
          if (!pattern.test(body)) return 'pass';
          kill();
          return { instead: cut, losesAnswer: true };
        });
        try {
          const started = reconcilers.start(
            { url: proxy.url, token: master.token },
            { file: join(directory, 'records') },
            labFile,
          );
          kill = () => started.child.kill('SIGKILL');
          expect(await started.ended).toMatchObject({ signal: 'SIGKILL' });
        } finally {
          await proxy.stop();
        }
      }

      /** Only the first calls of the request are executed. */
      const callsOf = (body: string) =>
        body.match(/<value><struct><member><name>methodName.*?<\/struct><\/value>/gs) ?? [];
      const firstCalls = (count: number) => (body: string) =>
        callsOf(body)
          .slice(count)
          .reduce((text, one) => text.replace(one, ''), body);

      it.each([
        ['a type without its aliases', /device_types\.add</, 1],
        ['a type with one of its aliases', /device_types\.add</, 2],
        ['a type with two of its aliases', /device_types\.add</, 3],
        ['a complete type', /device_types\.add</, 100],
        ['a device without anything', /devices\.add</, 1],
        ['a device with one of its tags', /devices\.add</, 3],
      ])('after kill -9 that left %s', async (_what, pattern, count) => {
        await applyAndKill(pattern, firstCalls(count));
        const { changes } = await planMaster(request());
        const ours = changes.filter(({ key }) => key === 'device-type/new' || key === 'device/board-9');
        expect(ours.map(({ hold }) => hold ?? null)).toEqual(ours.map(() => null));
        const { outcomes } = await reconcile(request());
        expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
        const left = (await planMaster(request())).changes.filter(({ hold }) => hold !== 'unnamed');
        expect(left).toEqual([]);
        expect((await records().read('main'))?.objects.has('device-type/new')).toBe(true);
      });
    });
  });
}
