/**
 * Templates of a lab's deviceTypeSources: an embedded master gets all that its devices use, a LAVA those that it
 * lacks.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { isEmpty, noConsents, pendingChanges } from '../../../src/plan/index.js';
import { planMaster, reconcile, type MasterTarget } from '../../../src/reconcile/index.js';
import { startSimulatedMaster } from '../../../src/simulator/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { memoryRecords, type MemoryRecords } from '../../support/targets/model-master.js';
import { startOwnTarget } from '../../support/targets/own-target.js';
import { policy } from '../../support/lab/desired.js';

/** LAVA's templates and the vendor's. */
const sources = {
  'base.jinja2': 'board_id: any\n',
  'qemu.jinja2': "{% extends 'base.jinja2' %}\n",
  'vendor-base.jinja2': 'usb_sleep: {{ speed }}\n',
  'vendor.jinja2': "{% extends 'vendor-base.jinja2' %}\n",
  'unused.jinja2': 'x: 1\n',
};

async function startSimulatedTarget(release: string) {
  const { 'base.jinja2': base, 'qemu.jinja2': qemu } = sources;
  const packagedTemplates = new Map([
    ['base.jinja2', base],
    ['qemu.jinja2', qemu],
  ]);
  const master = await startSimulatedMaster({ release, packagedTemplates });
  const target = createMasterTarget({ url: master.url, token: master.token });
  return { target, stop: () => master.stop() };
}

const texts = {
  'lab-config/lab.yaml': 'kind: Lab\nname: x\n',
  'lab-config/masters/main.yaml': 'kind: Master\nurl: https://lava.example.org\nsites: [here]\n',
  'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
  'workers/w1/worker.yaml': 'kind: Worker\nsite: here\n',
  'device-dictionaries/q-1.jinja2': dictionary('qemu', ''),
  'device-dictionaries/v-1.jinja2': dictionary('vendor', '{% set speed = 115200 %}\n'),
};

function dictionary(type: string, more: string): string {
  return `{% extends '${type}.jinja2' %}\n${more}{% set sync_to_lava = {"device_type": "${type}", "worker": "w1"} %}\n`;
}

function requestFor(
  target: MasterTarget,
  records: MemoryRecords,
  from: Readonly<Record<string, string>> = sources,
  files: Readonly<Record<string, string>> = texts,
) {
  const templates = new Map(
    Object.entries(from).map(([name, text]) => [
      name,
      { text, file: `https://git.example.org/t.git@1:${name}` },
    ]),
  );
  const { lab, findings } = loadLab(labOf(files), { templates });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const desired = lab?.desired.get('main');
  if (desired === undefined) throw new Error('the lab has no master');
  return {
    target,
    records,
    desired,
    templates,
    policy,
    mode: 'enforce' as const,
    consents: noConsents,
    revision: { repository: '/lab', revision: JSON.stringify(from) },
  };
}

async function apply(request: ReturnType<typeof requestFor>): Promise<string[]> {
  const { outcomes, refused } = await reconcile(request);
  expect(refused).toBeUndefined();
  expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
  return outcomes.map(({ verb, key }) => `${verb} ${key}`).filter((line) => line.includes('template/'));
}

const changed = { ...sources, 'vendor-base.jinja2': 'usb_sleep: {{ speed }} # again\n' };

describe('an embedded master', () => {
  let master: Awaited<ReturnType<typeof startOwnTarget>>;
  beforeAll(async () => {
    master = await startOwnTarget();
  });
  afterEach(() => master.reset());
  afterAll(() => master.stop());

  const rendered = async (name: string): Promise<string> => {
    const url = `${master.url}/api/v0.2/devices/${name}/dictionary/?render=1`;
    return (await fetch(url, { headers: { authorization: `Token ${master.token}` } })).text();
  };

  it('gets all templates that its devices use, and nothing else; then no changes are left', async () => {
    const records = memoryRecords();
    const request = requestFor(master.target, records);
    const first = await planMaster(request);
    expect(first.rendered?.map(({ kind, devices }) => [kind, devices])).toEqual([['new', ['q-1', 'v-1']]]);
    expect((await apply(request)).sort()).toEqual([
      'create template/base',
      'create template/qemu',
      'create template/vendor',
      'create template/vendor-base',
    ]);
    expect(isEmpty(await planMaster(request))).toBe(true);
    expect(await rendered('v-1')).toBe('usb_sleep: 115200');
  });

  it('follows the sources even if nothing else changed, and reports which devices change', async () => {
    const records = memoryRecords();
    await apply(requestFor(master.target, records));
    const request = requestFor(master.target, records, changed);
    const plan = await planMaster(request);
    expect(pendingChanges(plan).map(({ key, cause }) => [key, cause])).toEqual([
      ['template/vendor-base', 'this change'],
    ]);
    expect(plan.rendered?.map(({ kind, devices }) => [kind, devices])).toEqual([['changes', ['v-1']]]);
    const { isPartial } = await reconcile({ ...request, onlyChanged: true });
    expect(isPartial).toBe(true);
    expect(isEmpty(await planMaster(request))).toBe(true);
  });

  it('is updated if a source moved under the same revision of the lab', async () => {
    const records = memoryRecords();
    const first = requestFor(master.target, records);
    await apply(first);
    const { revision } = first;
    const plan = await planMaster({ ...requestFor(master.target, records, changed), revision });
    expect(plan.changes.map(({ verb, key, cause }) => [verb, key, cause])).toEqual([
      ['update', 'template/vendor-base', 'upstream'],
    ]);
  });

  it('drops them if the lab has its own, or if no device needs them any more', async () => {
    const records = memoryRecords();
    await apply(requestFor(master.target, records));
    const own = { ...texts, 'device-types/vendor.jinja2': 'usb_sleep: 9\n' };
    const plan = await planMaster(requestFor(master.target, records, sources, own));
    expect(plan.changes.map(({ verb, key, hold }) => [verb, key, hold])).toEqual([
      ['update', 'template/vendor', undefined],
      ['report', 'template/vendor-base', 'needs-consent'],
    ]);
  });

  it('is distinguished from a LAVA that it replaces', async () => {
    const stock = await startSimulatedTarget('2023.01');
    try {
      const records = memoryRecords();
      expect(await apply(requestFor(stock.target, records))).toEqual([
        'create template/vendor-base',
        'create template/vendor',
      ]);
      expect((await apply(requestFor(master.target, records))).length).toBe(4);
    } finally {
      await stock.stop();
    }
  });
});

describe.each(['2020.05', '2022.04', '2023.01', '2023.05'])('a LAVA %s', (release) => {
  it('gets the templates that it does not package, and then no changes are left', async () => {
    const stock = await startSimulatedTarget(release);
    try {
      const records = memoryRecords();
      const request = requestFor(stock.target, records);
      expect(await apply(request)).toEqual(['create template/vendor-base', 'create template/vendor']);
      const plan = await planMaster(request);
      expect(isEmpty(plan)).toBe(true);
      expect(plan.changes).toEqual([]);
      // Our templates follow the sources; LAVA's own stay, and the plan explains the consequences.
      const other = { ...changed, 'base.jinja2': 'board_id: other\n' };
      const next = await planMaster(requestFor(stock.target, records, other));
      expect(pendingChanges(next).map(({ key }) => key)).toEqual(['template/vendor-base']);
      expect(next.rendered?.map(({ cause, devices }) => [cause, devices])).toContainEqual([
        'upstream',
        ['q-1'],
      ]);
      await apply(requestFor(stock.target, records, other));
      expect(isEmpty(await planMaster(requestFor(stock.target, records, other)))).toBe(true);
    } finally {
      await stock.stop();
    }
  });
});

describe('a LAVA 2026.10, which accepts templates only under the name of a type', () => {
  it('gets the templates that it lacks, after the types', async () => {
    const stock = await startSimulatedTarget('2026.10');
    try {
      const records = memoryRecords();
      const hidden = { ...texts, 'device-types/vendor-base.yaml': 'kind: DeviceType\ndisplay: false\n' };
      const request = requestFor(stock.target, records, sources, hidden);
      expect(await apply(request)).toEqual(['create template/vendor-base', 'create template/vendor']);
      const plan = await planMaster(request);
      expect(isEmpty(plan)).toBe(true);
    } finally {
      await stock.stop();
    }
  });
});
