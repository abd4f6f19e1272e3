import { describe, expect, it } from 'vitest';

import {
  fieldsOf,
  type ConfigurationObject,
  type ObjectKey,
  type ObservedMaster,
} from '../../../src/model/index.js';
import { isEmpty, noConsents } from '../../../src/plan/index.js';
import { reconcile, type MasterTarget, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab } from '../../support/lab/desired.js';
import {
  memoryRecords,
  modelMaster,
  setField,
  type MemoryRecords,
  type ModelMaster,
} from '../../support/targets/model-master.js';

const files = new Set(['text', 'job', 'env', 'envDut', 'dispatcherConfig', 'certificate', 'dictionary']);

/** As a real master is read: files outside the focus are missing. */
function focused(master: ModelMaster, looks: (ReadonlySet<ObjectKey> | undefined)[]): MasterTarget {
  return {
    ...master,
    async observe(interest, signal, focus): Promise<ObservedMaster> {
      looks.push(focus);
      const seen = await master.observe(interest, signal);
      if (focus === undefined) return seen;
      const objects = new Map<ObjectKey, ConfigurationObject>();
      for (const [key, object] of seen.objects) {
        const isFile = object.kind === 'template' || object.kind === 'health-check';
        if (focus.has(key)) objects.set(key, object);
        else if (!isFile) objects.set(key, withoutFiles(object));
      }
      return { ...seen, objects };
    },
  };
}

function withoutFiles(object: ConfigurationObject): ConfigurationObject {
  const fields = Object.fromEntries(Object.entries(fieldsOf(object)).filter(([field]) => !files.has(field)));
  return { ...object, fields } as ConfigurationObject;
}

function setUp(count: number) {
  const looks: (ReadonlySet<ObjectKey> | undefined)[] = [];
  const master = modelMaster();
  const records: MemoryRecords = memoryRecords();
  const target = focused(master, looks);
  const run = (lab: readonly ConfigurationObject[], revision: string, more: Partial<ReconcileRequest> = {}) =>
    reconcile({
      target,
      records,
      desired: desiredMaster(lab),
      policy,
      mode: 'enforce',
      revision: { repository: '/lab', revision },
      consents: noConsents,
      onlyChanged: true,
      ...more,
    });
  return { master, records, looks, run, lab: smallLab(count) };
}

function changed(lab: readonly ConfigurationObject[], name: string): ConfigurationObject[] {
  return lab.map((object) => (object.name === name ? device(name, { dictionary: 'other\n' }) : object));
}

describe('a reconciliation of only what the lab changed', () => {
  it('looks at everything the first time, when nothing is recorded', async () => {
    const { run, lab, looks } = setUp(2);
    const result = await run(lab, 'r1');
    expect(result.isPartial).toBe(false);
    expect(looks).toEqual([undefined]);
  });

  it('reads and writes what the lab changed, and leaves drift elsewhere to a full look', async () => {
    const { run, lab, looks, master, records } = setUp(3);
    await run(lab, 'r1');
    setField(master, 'device/board-2', 'dictionary', 'meddled\n');
    const before = records.record;

    const result = await run(changed(lab, 'board-1'), 'r2');
    expect(result.isPartial).toBe(true);
    expect(looks.at(-1)).toEqual(new Set(['device/board-1']));
    expect(result.plan.changes.map(({ key, verb }) => [verb, key])).toEqual([['update', 'device/board-1']]);
    expect(fieldsOf(master.rows.get('device/board-1') ?? device('none'))['dictionary']).toBe('other\n');
    expect(records.record?.revision).toBe('r2');
    expect(records.record?.objects.size).toBe(before?.objects.size);
    expect(records.record?.objects.get('device/board-3')).toEqual(before?.objects.get('device/board-3'));

    const full = await run(changed(lab, 'board-1'), 'r2', { onlyChanged: false });
    expect(full.plan.changes.map(({ key, cause }) => [key, cause])).toEqual([['device/board-2', 'drift']]);
    const last = await run(changed(lab, 'board-1'), 'r2', { onlyChanged: false });
    expect(isEmpty(last.plan)).toBe(true);
  });

  it('writes objects that use a template that it does not read', async () => {
    const { run, lab, master } = setUp(2);
    await run(lab, 'r1');
    const text = "{% extends 'qemu.jinja2' %}\n{% set other = 1 %}\n";
    const after = lab.map((object) =>
      object.name === 'board-1' ? device('board-1', { dictionary: text }) : object,
    );
    const { isPartial, plan } = await run(after, 'r2');
    expect(isPartial).toBe(true);
    expect(plan.changes.map(({ key, verb }) => [verb, key])).toEqual([['update', 'device/board-1']]);
    expect(fieldsOf(master.rows.get('device/board-1') ?? device('none'))['dictionary']).toBe(text);
  });

  it('looks at everything when a template was removed, because only dictionaries show who uses it', async () => {
    const { run, lab } = setUp(2);
    await run(lab, 'r1');
    const without = lab.filter(({ kind }) => kind !== 'template');
    expect((await run(without, 'r2')).isPartial).toBe(false);
  });

  it('takes out of service what left the lab, but never what a device needs that it did not read', async () => {
    const { run, lab, master } = setUp(3);
    await run(lab, 'r1');
    const without = lab.filter(({ name }) => name !== 'board-3' && name !== 'w1');
    const { plan } = await run(without, 'r2');
    expect(plan.changes.map(({ key, verb }) => [verb, key])).toEqual([
      ['retire', 'device/board-3'],
      ['keep', 'worker/w1'],
    ]);
    expect(fieldsOf(master.rows.get('device/board-3') ?? device('none'))['health']).toBe('Retired');
  });

  it('compares the safety limits with the whole master', async () => {
    const { run, lab } = setUp(30);
    await run(lab, 'r1');
    const others = lab.map((object) =>
      object.kind === 'device' ? { ...object, fields: { ...object.fields, dictionary: 'other\n' } } : object,
    );
    const result = await run(others, 'r2');
    expect(result.isPartial).toBe(true);
    expect(result.refused?.kind).toBe('unsafe');
    const few = others.map((object, index) => (index < 14 ? object : (lab[index] ?? object)));
    expect((await run(few, 'r3')).refused).toBeUndefined();
  });

  it('looks at everything if devices must be out of service for their changes', async () => {
    const { run, lab } = setUp(2);
    await run(lab, 'r1');
    const careful = { policy: { ...policy, changes: 'maintenance' as const } };
    expect((await run(changed(lab, 'board-1'), 'r2', careful)).isPartial).toBe(false);
  });

  it('looks at everything after an interrupted apply, or when much changed', async () => {
    const { run, lab, master, looks } = setUp(3);
    await run(lab, 'r1');
    master.onWrite = () => {
      throw new Error('cut off');
    };
    await expect(run(changed(lab, 'board-1'), 'r2')).rejects.toThrow('cut off');
    master.onWrite = () => undefined;
    expect((await run(changed(lab, 'board-1'), 'r2')).isPartial).toBe(false);

    const many = setUp(101);
    await many.run(many.lab, 'r1');
    const result = await many.run(
      many.lab.map((object) =>
        object.kind === 'device' ? device(object.name, { dictionary: 'other\n' }) : object,
      ),
      'r2',
    );
    expect(result.isPartial).toBe(false);
    expect(looks.at(-1)).toBeUndefined();
    expect(many.looks.at(-1)).toBeUndefined();
  });
});
