import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigurationObject, ObjectOf } from '../../../src/model/index.js';
import { noConsents, type Consents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type MasterTarget } from '../../../src/reconcile/index.js';
import { changesExceptGroups, desiredMaster, policy } from '../../support/lab/desired.js';
import { converge, device, deviceType, worker } from '../../support/targets/master-changes.js';
import { memoryRecords, type MemoryRecords } from '../../support/targets/model-master.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';

const devices = `${stockRelease.root}/etc/lava-server/dispatcher-config/devices`;
const dictionary = (type = 'qemu'): string =>
  `{% extends 'qemu.jinja2' %}\n{% set sync_to_lava = {"device_type": "${type}", "worker": "worker-1", "tags": ["usb"]} %}\n`;
const synced = (name: string): ObjectOf<'device'> =>
  device(name, { deviceType: 'qemu', worker: 'worker-1', tags: ['usb'], dictionary: dictionary() });

describe.skipIf(requireOrSkip('stock-lava'))(`beside LAVA ${stockRelease.release}'s own manage sync`, () => {
  let stock: Awaited<ReturnType<typeof startStockTarget>>;
  let target: MasterTarget;
  let records: MemoryRecords;
  beforeAll(async () => {
    stock = await startStockTarget();
    target = stock.target;
  });
  afterAll(async () => {
    await stock.stop();
  });
  beforeEach(async () => {
    await stock.reset();
    records = memoryRecords();
    await mkdir(devices, { recursive: true });
    for (const name of ['board-1', 'board-2']) {
      await writeFile(`${devices}/${name}.jinja2`, dictionary());
      // The administrator's files, which LAVA's own user may also write.
      await chmod(`${devices}/${name}.jinja2`, 0o666);
    }
    await stock.lava.manage('sync');
  });

  const request = (lab: readonly ConfigurationObject[], consents: Consents = noConsents) => ({
    target,
    records,
    desired: desiredMaster(lab),
    policy,
    mode: 'enforce' as const,
    revision: { repository: '/lab', revision: 'r1' },
    consents,
  });
  const lab = [deviceType('qemu', { display: true }), worker('worker-1'), synced('board-1')];

  it('recognizes its devices, and does not adopt any without consent', async () => {
    const { synced: found } = await target.observe(new Set());
    expect([...(found ?? [])]).toEqual(['device/board-1', 'device/board-2']);

    const plan = await planMaster(request(lab));
    expect(plan.changes.filter(({ key }) => key.startsWith('device/'))).toMatchObject([
      {
        key: 'device/board-1',
        verb: 'report',
        hold: 'unadopted',
        reason: '`lava-server manage sync` writes it; `--adopt device/board-1` adopts it',
      },
      { key: 'device/board-2', verb: 'report', hold: 'unnamed' },
    ]);
    expect(plan.remarks).toEqual([
      '`lava-server manage sync` on the master also writes device/board-1, which the lab names; `--adopt synced` adopts them, and sync leaves them alone from then on',
    ]);
  });

  it('adopts them by rule, and sync ignores them from then on', async () => {
    const both = [...lab, synced('board-2')];
    const result = await reconcile(request(both, { ...noConsents, adoptSynced: true }));
    expect(result.outcomes.map(({ key, verb, status }) => `${status} ${verb} ${key}`)).toEqual([
      'done adopt device-type/qemu',
      'done adopt worker/worker-1',
      'done adopt device/board-1',
      'done adopt device/board-2',
    ]);
    // Both in a way that sync would revert: a description of ours, and a typo in a template.
    const ours = [
      deviceType('qemu', { display: true }),
      worker('worker-1'),
      device('board-1', { ...synced('board-1').fields, description: 'in rack 4', tags: ['hdmi'] }),
      device('board-2', { ...synced('board-2').fields, dictionary: '{% extends' }),
    ];
    const { outcomes } = await reconcile(request(ours));
    expect(outcomes.map(({ status, reason }) => reason ?? status)).toEqual(['done', 'done']);
    const said = await stock.lava.manage('sync');
    expect(said).toContain('created manually');
    const plan = await planMaster(request(ours));
    expect(plan.remarks).toEqual([]);
    expect(changesExceptGroups(plan)).toEqual([]);
  });

  it('sync never takes over what lavaflow creates', async () => {
    await converge(target, [synced('board-3')]);
    await stock.lava.manage('sync');
    const { synced: found, objects } = await target.observe(new Set());
    expect(found?.has('device/board-3')).toBe(false);
    expect(objects.get('device/board-3')?.fields).toMatchObject({ description: null });
  });

  it('reports if both still write one device, and treats changes by the other as drift', async () => {
    await reconcile(request(lab, { ...noConsents, adoptSynced: true }));
    const described = [
      ...lab.slice(0, 2),
      device('board-1', { ...synced('board-1').fields, description: 'x' }),
    ];
    await reconcile(request(described));
    // An administrator ticks `is synced` again.
    await fetch(`${stock.lava.url}/api/v0.2/devices/board-1/`, {
      method: 'PATCH',
      headers: { authorization: `Token ${stock.lava.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ is_synced: true }),
    });
    await stock.lava.manage('sync');
    const plan = await planMaster(request(described));
    expect(plan.remarks).toMatchObject([
      expect.stringMatching(/writes device\/board-1, which lavaflow applied: the two tools/),
    ]);
    expect(changesExceptGroups(plan)).toMatchObject([
      { key: 'device/board-1', verb: 'update', cause: 'drift', fields: [{ field: 'description' }] },
      { key: 'device/board-2', verb: 'report', hold: 'unnamed' },
    ]);
    await reconcile(request(described, { ...noConsents, adoptSynced: true }));
    await stock.lava.manage('sync');
    const after = await planMaster(request(described));
    expect(after.remarks).toEqual([]);
    expect(changesExceptGroups(after)).toMatchObject([{ key: 'device/board-2', hold: 'unnamed' }]);
  });
});
