import { describe, expect, it } from 'vitest';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import type { ConfigurationObject, ObjectKey } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { planMaster, reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab, template } from '../../support/lab/desired.js';
import { killedAt } from '../../support/targets/killed-at.js';
import {
  memoryRecords,
  modelMaster,
  Refused,
  type MemoryRecords,
  type ModelMaster,
} from '../../support/targets/model-master.js';

const other = [
  template('other', 'other\n'),
  { kind: 'device-type', name: 'other', fields: { aliases: [] } } as const,
  device('loner', { deviceType: 'other', dictionary: "{% extends 'other.jinja2' %}\n" }),
];
const before = [...smallLab(3), ...other];
/** A template and the dictionary of one device; and a device of another type. */
const after: ConfigurationObject[] = [
  ...before.filter(({ name }) => !['qemu', 'board-2', 'loner'].includes(name)),
  template('qemu', 'new\n'),
  ...before.filter(({ kind, name }) => name === 'qemu' && kind !== 'template'),
  device('board-2', { tags: ['a'], dictionary: "{% extends 'qemu.jinja2' %}\n{# new #}\n" }),
  device('loner', { deviceType: 'other', dictionary: "{% extends 'other.jinja2' %}\n{# new #}\n" }),
];

describe('a canary', () => {
  it('gets the change first, with all other affected devices in maintenance', async () => {
    const { target, run } = await deployed();
    const seen: string[] = [];
    target.onWrite = (_, key) => void seen.push(`${key} ${outOfService(target)}`);
    target.healthCheck = (name) => {
      seen.push(`check ${name} ${outOfService(target)}`);
      return 'Good';
    };
    const result = await run(after, { device: 'board-2' });
    expect(seen).toEqual([
      'device/board-1 ',
      'device/board-2 board-1',
      'device/board-3 board-1,board-2',
      'template/qemu board-1,board-2,board-3',
      'device/board-2 board-1,board-2,board-3',
      'device/board-2 board-1,board-2,board-3',
      'check board-2 board-1,board-3',
      'device/loner board-1,board-3',
      'device/board-1 board-1,board-3',
      'device/board-3 board-3',
    ]);
    expect(result.canary).toEqual({ device: 'board-2', job: '2', outcome: 'kept' });
    expect(result.record?.canary).toEqual(result.canary);
    expect(result.outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(outOfService(target)).toBe('');
  });

  it.each([
    ['turns Bad', { device: 'board-2' }, 'Bad', /left it Bad/, '2'],
    ['does not end', { device: 'board-2' }, 'never ends', /did not end/, null],
  ] as const)('whose health check %s puts everything back', async (_, canary, health, reason, job) => {
    const { target, run } = await deployed(health === 'never ends' ? 30 : 5000);
    const rows = valuesOf(target);
    target.healthCheck = () => (isNew(target) ? health : 'Good');
    const result = await run(after, canary);
    expect(result.canary).toEqual({
      device: 'board-2',
      job,
      outcome: 'put back',
      reason: expect.stringMatching(reason) as string,
    });
    expect(result.outcomes.map(({ key, status }) => `${status} ${key}`)).toEqual([
      'failed template/qemu',
      'failed device/board-2',
      'skipped device/loner',
    ]);
    // The canary runs its health check again with the previous values.
    await target.boards?.();
    expect(valuesOf(target)).toEqual(rows);
    expect((await run(after, canary)).canary?.outcome).toBe('put back');
  });

  it('is any healthy device of a type that the change affects', async () => {
    const { target, run } = await deployed();
    set(target, 'board-1', 'Bad');
    const result = await run(after, { deviceType: 'qemu' });
    expect(result.canary).toMatchObject({ device: 'board-2', outcome: 'kept' });
  });

  it('must be able to verify the change', async () => {
    const { target, run } = await deployed();
    const writes = target.writes;
    const refused = async (of: { device: string } | { deviceType: string }, why: RegExp) => {
      const error: unknown = await run(after, of).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(why);
    };
    await refused({ device: 'loner' }, /it has no health check other/);
    await refused({ device: 'nobody' }, /device nobody does not exist/);
    await refused({ deviceType: 'nothing' }, /device type nothing does not exist/);
    set(target, 'board-2', 'Maintenance');
    await refused({ device: 'board-2' }, /cannot be the canary/);
    const unconcerned = after.map((object) =>
      object.kind === 'template' ? template(object.name, 'base\n') : object,
    );
    await expect(run(unconcerned, { device: 'board-1' })).rejects.toThrow(/no pending change/);
    expect(target.writes).toBe(writes);
  });

  it('must exist even when there is nothing to do', async () => {
    const { run } = await deployed();
    expect((await run(before, { device: 'board-1' })).outcomes).toEqual([]);
    await expect(run(before, { device: 'board-l' })).rejects.toThrow(/device board-l does not exist on main/);
    await expect(run(before, { deviceType: 'qemo' })).rejects.toThrow(
      /device type qemo does not exist on main/,
    );
  });

  it('whose old values could not be written leaves nothing in service with the new ones, until they are', async () => {
    const { target, records, run } = await deployed();
    const rows = valuesOf(target);
    target.healthCheck = () => (isNew(target) ? 'Bad' : 'Good');
    target.onWrite = (_, key) => {
      if (key === 'template/qemu' && isNew(target)) throw new Refused('no room');
    };
    const { canary, outcomes, failure } = await run(after, { device: 'board-2' });
    expect(failure).toBeUndefined();
    expect(canary?.reason).toMatch(/left it Bad; template\/qemu could not be reverted: no room/);
    expect(outcomes[0]?.reason).toMatch(/but the old value could not be written: no room/);
    expect(isNew(target)).toBe(true);
    expect(outOfService(target)).toBe('board-1,board-2,board-3');
    const left = [...(records.intent?.unproven?.objects.keys() ?? [])];
    expect(left).toEqual(['template/qemu']);

    // A restart knows; and it is what the next run does, before anything else.
    const { remarks } = await planMaster(request(target, records, after, 5000));
    expect(remarks).toEqual([expect.stringMatching(/board-2 tried a change that is not proven/)]);
    await expect(run(before)).rejects.toThrow(/revert what board-2 tried.*template\/qemu: no room/);
    target.onWrite = () => undefined;
    expect((await run(before)).plan.changes).toEqual([]);
    await target.boards?.();
    expect(valuesOf(target)).toEqual(rows);
    expect(records.intent).toBeNull();
  });

  it('waits until the canary is idle, and changes nothing when that takes too long', async () => {
    const { target, run } = await deployed(30);
    const rows = valuesOf(target);
    target.states.set('board-2', 'Running').set('board-1', 'Running');
    const { failure } = await run(after, { device: 'board-2' });
    expect(failure).toMatchObject({ retry: 'soon', why: 'board-2 still has a job after 0 s' });
    expect(valuesOf(target)).toEqual(rows);
    target.states.delete('board-2');
    expect((await run(after, { device: 'board-2' }, 5000)).canary?.outcome).toBe('kept');
  });

  it.each([true, false])('converges when killed at any write (good: %s)', async (isGood) => {
    for (let at = 1; ; at++) {
      const { target, records, run } = await deployed();
      const rows = valuesOf(target);
      target.healthCheck = () => (isGood || !isNew(target) ? 'Good' : 'Bad');
      const isDead = await killedAt(at, { target, records }, () => run(after, { device: 'board-2' }));
      if (!isDead) {
        expect(at).toBeGreaterThan(12);
        return;
      }
      const result = await run(after, { device: 'board-2' }).catch((error: unknown) => {
        // All of the first part was written and recorded before.
        if (error instanceof UsageError) return run(after);
        throw error;
      });
      expect(result.failure, `killed at ${at}`).toBeUndefined();
      await target.boards?.();
      expect(outOfService(target), `killed at ${at}`).toBe('');
      expect(records.intent?.parked, `killed at ${at}`).toBeUndefined();
      expect(records.intent?.unproven, `killed at ${at}`).toBeUndefined();
      if (isGood) expect((await run(after)).plan.changes, `killed at ${at}`).toEqual([]);
      else expect(valuesOf(target), `killed at ${at}`).toEqual(rows);
    }
  });

  it('whose master becomes unavailable during the check is reverted by the next run, even one without a canary', async () => {
    const { target, records, run } = await deployed();
    target.healthCheck = () => {
      if (!isNew(target)) return 'Good';
      throw new ExternalError({ what: 'look', where: 'there', why: 'gone', retry: 'never' });
    };
    const { failure } = await run(after, { device: 'board-2' });
    expect(failure).toMatchObject({ why: 'gone' });
    expect(records.intent?.unproven?.device).toBe('board-2');
    const { remarks } = await planMaster(request(target, records, after, 5000));
    expect(remarks).toEqual([expect.stringMatching(/board-2 tried a change that is not proven/)]);
    const written: ObjectKey[] = [];
    target.healthCheck = () => 'Good';
    target.onWrite = (_, key) => void written.push(key);
    expect((await run(before)).plan.changes).toEqual([]);
    expect(written).toContain('template/qemu');
    expect(outOfService(target)).toBe('');
    expect(records.intent).toBeNull();
  });
});

/** A master that has the lab, with all devices Good. */
async function deployed(timeoutMs = 5000) {
  const [target, records] = [modelMaster(), memoryRecords()];
  const run = (lab: readonly ConfigurationObject[], canary?: ReconcileRequest['canary'], ms = timeoutMs) =>
    reconcile(request(target, records, lab, ms, canary));
  await run(before);
  await target.boards?.();
  return { target, records, run };
}

function request(
  target: ModelMaster,
  records: MemoryRecords,
  lab: readonly ConfigurationObject[],
  timeoutMs: number,
  canary?: ReconcileRequest['canary'],
): ReconcileRequest {
  return {
    target,
    records,
    desired: desiredMaster(lab),
    policy,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
    ...(canary === undefined ? {} : { canary }),
    pollMs: 1,
    timeoutMs,
  };
}

function set(target: ModelMaster, name: string, health: 'Bad' | 'Maintenance'): void {
  const row = target.rows.get(`device/${name}`);
  if (row?.kind !== 'device') throw new Error(`no ${name}`);
  target.rows.set(`device/${name}`, { ...row, fields: { ...row.fields, health } });
}

function isNew(target: ModelMaster): boolean {
  const row = target.rows.get('template/qemu');
  return row?.kind === 'template' && row.fields.text === 'new\n';
}

/** Names of devices in maintenance. */
function outOfService(target: ModelMaster): string {
  const names = [...target.rows.values()].flatMap((row) =>
    row.kind === 'device' && row.fields.health === 'Maintenance' ? [row.name] : [],
  );
  return names.join(',');
}

function valuesOf(target: ModelMaster): unknown {
  return [...target.rows.values()]
    .map((row) => structuredClone(row))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
