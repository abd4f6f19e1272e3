import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile } from '../../../src/reconcile/index.js';
import {
  changesExceptGroups,
  desiredMaster,
  device,
  deviceType,
  policy,
  template,
  worker,
} from '../../support/lab/desired.js';
import { memoryRecords } from '../../support/targets/model-master.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';

describe.skipIf(requireOrSkip('stock-lava'))('devices made of templates that LAVA ships', () => {
  let master: Awaited<ReturnType<typeof startStockTarget>>;
  beforeAll(async () => {
    master = await startStockTarget();
    await master.reset();
  });
  afterAll(() => master.stop());

  const lab = (memory: number) => [
    deviceType('qemu'),
    worker('w1'),
    ...['q-1', 'q-2'].map((name) =>
      device(name, {
        dictionary: `{% extends 'qemu.jinja2' %}\n{% set mac_addr = '52:54:00:12:34:56' %}\n{% set memory = ${memory} %}\n`,
      }),
    ),
  ];

  it('are rendered with the templates of the master, which were not passed to the plan', async () => {
    const records = memoryRecords();
    const request = (memory: number) => ({
      target: master.target,
      records,
      desired: desiredMaster(lab(memory)),
      policy,
      mode: 'enforce' as const,
      consents: noConsents,
      revision: { repository: '/lab', revision: `memory-${memory}` },
    });
    const made = await planMaster(request(512));
    expect(made.rendered?.map(({ kind, devices }) => [kind, devices])).toEqual([['new', ['q-1', 'q-2']]]);
    await reconcile(request(512));

    const plan = await planMaster(request(1024));
    expect(plan.rendered?.map(({ kind, count }) => [kind, count])).toEqual([['changes', 2]]);
    const changed = plan.rendered?.[0]?.diff.filter((line) => /^[-+]/.test(line));
    expect(changed?.some((line) => line.startsWith('+') && line.includes('1024'))).toBe(true);

    // The lab was checked with another base than the one of this master.
    const templates = new Map([['qemu.jinja2', { text: 'board_id: other\n', file: '/src/qemu.jinja2' }]]);
    const upstream = await planMaster({ ...request(512), templates });
    expect(changesExceptGroups(upstream)).toEqual([]);
    expect(upstream.rendered?.map(({ kind, cause, count }) => [kind, cause, count])).toEqual([
      ['changes', 'upstream', 2],
    ]);
  });

  it('get only those templates of a source that LAVA does not ship, and follow it', async () => {
    await master.reset();
    // Since 2023.08, a template is accepted only under the name of a type.
    const needsTypes = stockRelease.release >= '2023.08';
    const shipped = (name: string) =>
      readFileSync(`${stockRelease.root}/usr/share/lava-server/device-types/${name}.jinja2`, 'utf8');
    const records = memoryRecords();
    const request = (vendor: string) => {
      const sources = ['base', 'qemu'].map((name) => template(name, shipped(name)));
      const fromSources = desiredMaster([...sources, template('vendor-board', vendor)]);
      const lab = [
        deviceType('qemu'),
        ...(needsTypes ? [deviceType('vendor-board')] : []),
        worker('w1'),
        device('v-1', { dictionary: "{% extends 'vendor-board.jinja2' %}\n" }),
      ];
      return {
        target: master.target,
        records,
        desired: { ...desiredMaster(lab), fromSources },
        policy,
        mode: 'enforce' as const,
        consents: noConsents,
        revision: { repository: '/lab', revision: vendor },
      };
    };
    const extending = "{% extends 'qemu.jinja2' %}\n{% set memory = 1024 %}\n";
    for (const [vendor, verb] of [
      [extending, 'create'],
      [extending.replace('1024', '2048'), 'update'],
    ] as const) {
      const { outcomes } = await reconcile(request(vendor));
      const written = outcomes.filter(({ key }) => key.startsWith('template/'));
      expect(written).toEqual([{ verb, key: 'template/vendor-board', status: 'done' }]);
      expect(changesExceptGroups(await planMaster(request(vendor)))).toEqual([]);
    }
  });
});
