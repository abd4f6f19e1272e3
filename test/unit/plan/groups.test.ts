import { describe, expect, it } from 'vitest';
import type { ConfigurationObject, GroupFields, ObservedMaster } from '../../../src/model/index.js';
import { driftItems, verdictOfPlan, withStrangers, type Plan } from '../../../src/plan/index.js';
import { recordAfter } from '../../../src/reconcile/record/record-after.js';
import { desiredMaster, device, deviceType, template, worker } from '../../support/lab/desired.js';
import { appliedRecord, observedMaster, planOf, type Situation } from '../../support/lab/plan-of.js';

function group(name: string, fields: GroupFields = {}): ConfigurationObject {
  return { kind: 'group', name, fields };
}

const surroundings = [template('qemu'), deviceType('qemu'), worker('w1')];
const board = (fields: object) => device('board-1', { tags: [], ...fields });
const kernelTeam = { permissions: [{ group: 'kernel', permission: 'submit_to_device' }] };

/** As LAVA before 2023.03. */
const old: Partial<ObservedMaster> = {
  release: '2023.01',
  unsupported: new Set(['group', 'group.members', 'group.permissions']),
};
const current: Partial<ObservedMaster> = { release: '2026.10', users: new Set(['ann', 'bob']) };

function plan({ lab = [], master = [], ...situation }: Situation): Plan {
  return planOf({
    view: current,
    ...situation,
    lab: [...surroundings, ...lab],
    master: [...surroundings, ...master],
  });
}

function say({ changes }: Plan): string[] {
  return changes.map(
    ({ verb, key, hold, fields, reason }) =>
      `${verb} ${key}${hold === undefined ? '' : ` (${hold})`}: ${fields
        .map(({ field, before, after }) => `${field} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`)
        .join(', ')}${reason === undefined ? '' : ` | ${reason}`}`,
  );
}

describe('a group', () => {
  it('is created before the device that names it, and deleted after the device no longer does', () => {
    const created = plan({ lab: [board(kernelTeam), group('kernel', { members: ['ann'] })] });
    expect(created.changes.map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      'create group/kernel',
      'create device/board-1',
    ]);
    const deleted = plan({
      lab: [board({ permissions: [] })],
      master: [board(kernelTeam), group('kernel')],
      consents: { allowDelete: 'all' },
    });
    expect(say(deleted)).toEqual([
      'update device/board-1: permissions [{"group":"kernel","permission":"submit_to_device"}] -> []',
      'delete group/kernel:  | its members lose what it permits',
    ]);
  });

  it('that the lab specifies without any field is created', () => {
    expect(say(plan({ lab: [group('kernel')] }))).toEqual(['create group/kernel: ']);
  });

  it('stays while a device or a device type names it', () => {
    const restricted = {
      ...deviceType('arm'),
      fields: { permissions: [{ group: 'arm', permission: 'view_devicetype' }] },
    };
    const made = plan({
      master: [
        group('kernel'),
        group('arm'),
        board({ physicalGroup: 'kernel' }),
        restricted as ConfigurationObject,
      ],
      record: [group('kernel'), group('arm')],
      consents: { allowDelete: 'all' },
    });
    expect(say(made).filter((line) => line.includes('in-use'))).toEqual([
      'keep group/arm (in-use):  | device-type/arm still needs it',
      'keep group/kernel (in-use):  | device/board-1 still needs it',
    ]);
  });

  it('is deleted only with consent, and only if lavaflow created it', () => {
    const master = [group('kernel')];
    expect(say(plan({ master }))).toEqual([
      'report group/kernel (needs-consent):  | it left the lab; `--allow-delete` removes it',
    ]);
    expect(say(plan({ master, record: [], consents: { allowDelete: 'all' } }))).toContain(
      'report group/kernel (unnamed):  | the lab does not name it',
    );
  });

  it('that lavaflow did not create is left alone until it is adopted', () => {
    const situation = {
      lab: [group('kernel', { members: ['ann'] })],
      master: [group('kernel', { members: ['bob'] })],
      record: surroundings,
    };
    expect(say(plan(situation))).toEqual([
      'report group/kernel (unadopted): members ["bob"] -> ["ann"] | lavaflow did not create it, and it differs from the lab; `--adopt group/kernel` adopts it',
    ]);
    expect(say(plan({ ...situation, consents: { adopt: 'all' } }))).toEqual([
      'adopt group/kernel: members ["bob"] -> ["ann"]',
    ]);
  });
});

describe('the owner of a device', () => {
  const lab = [board({ physicalOwner: 'eve', description: 'new' })];

  it('without an account is reported, and the rest of the device does not wait', () => {
    expect(say(plan({ lab }))).toEqual([
      expect.stringMatching(/^create device\/board-1: (?!.*physicalOwner)/),
      'report device/board-1 (no-account): physicalOwner undefined -> "eve" | without an account on the master; lavaflow creates no users',
    ]);
    const master = [board({ physicalOwner: 'ann', description: 'new' })];
    const there = plan({ lab, master });
    expect(say(there)).toEqual([
      'report device/board-1 (no-account): physicalOwner undefined -> "eve" | without an account on the master; lavaflow creates no users',
    ]);
    expect(verdictOfPlan(there).code).toBe(0);
  });

  it('is written if the master has or creates it, or does not show its users', () => {
    for (const view of [
      { ...current, users: new Set(['eve']) },
      { ...current, software: 'lavaflow' },
      { release: '2023.01' },
    ]) {
      expect(say(plan({ lab, view })).join()).toContain('physicalOwner undefined -> "eve"');
      expect(say(plan({ lab, view })).join()).not.toContain('no-account');
    }
  });
});

describe('members', () => {
  const lab = [group('kernel', { members: ['ann'] })];

  it('added on the master are drift, restored in mode enforce and reported in mode warn', () => {
    const master = [group('kernel', { members: ['ann', 'bob'] })];
    const drifted = { lab, master, record: [...surroundings, ...lab] };
    expect(say(plan(drifted))).toEqual(['update group/kernel: members ["ann","bob"] -> ["ann"]']);
    const warned = plan({ ...drifted, mode: 'warn' });
    expect(warned.changes.map(({ verb, hold, cause }) => [verb, hold, cause])).toEqual([
      ['report', 'drift-mode', 'drift'],
    ]);
    expect(verdictOfPlan(warned).code).toBe(5);
  });

  it('without an account stay in the lab when drift is written back', () => {
    const made = plan({
      lab: [group('kernel', { members: ['ann', 'eve'] })],
      master: [group('kernel', { members: ['ann', 'bob'] })],
      record: [...surroundings, ...lab],
      mode: 'warn',
    });
    const items = driftItems(made);
    expect(items.map(({ found, severity }) => [found, severity])).toEqual([[['ann', 'bob'], 'high']]);
    expect(withStrangers(items, made).map(({ found }) => found)).toEqual([['ann', 'bob', 'eve']]);
  });

  it('that lavaflow did not add stay if the lab does not specify any, and are removed if it specifies nobody', () => {
    const master = [group('kernel', { members: ['ann'] })];
    const record = [...surroundings, group('kernel')];
    expect(say(plan({ lab: [group('kernel')], master, record }))).toEqual([
      'report group/kernel (undeclared): members ["ann"] -> [] | the lab does not declare it, and lavaflow did not write it',
    ]);
    expect(say(plan({ lab: [group('kernel')], master }))).toEqual([
      'update group/kernel: members ["ann"] -> [] | the lab does not declare members; its members lose what it permits',
    ]);
    expect(say(plan({ lab: [group('kernel', { members: [] })], master }))).toEqual([
      'update group/kernel: members ["ann"] -> []',
    ]);
  });

  it('without an account are reported, and do not keep the others waiting', () => {
    const made = plan({ lab: [group('kernel', { members: ['ann', 'eve', 'zoe'] })] });
    expect(say(made)).toEqual([
      'create group/kernel: members undefined -> ["ann"]',
      'report group/kernel (no-account): members undefined -> ["eve","zoe"] | without an account on the master; lavaflow creates no users',
    ]);
    const there = plan({
      lab: [group('kernel', { members: ['ann', 'eve'] })],
      master: [group('kernel', { members: ['ann'] })],
    });
    expect(there.changes.map(({ verb, hold }) => [verb, hold])).toEqual([['report', 'no-account']]);
    expect(verdictOfPlan(there).code).toBe(0);
  });

  it('who get an account later become members with the next apply, whatever the mode', () => {
    const desired = [group('kernel', { members: ['ann', 'eve'] })];
    const before = observedMaster([], current);
    const first = planOf({ view: current, lab: desired });
    const record = recordAfter({
      base: null,
      desired: desiredMaster(desired),
      observed: before,
      plan: first,
      focus: null,
      outcomes: [{ key: 'group/kernel', verb: 'create', status: 'done' }],
      appliedAt: '2026-01-01T00:00:00.000Z',
      force: null,
    });
    const later = planOf({
      lab: desired,
      master: [group('kernel', { members: ['ann'] })],
      view: { ...current, users: new Set(['ann', 'eve']) },
      lastApplied: record,
      mode: 'observe',
    });
    expect(say(later)).toEqual(['update group/kernel: members ["ann"] -> ["ann","eve"]']);
  });
});

describe('a group that the master does not have', () => {
  it('keeps a new device waiting, which would be open to everybody without it', () => {
    const made = plan({ lab: [board({ ...kernelTeam, physicalGroup: 'kernel' })] });
    expect(made.changes.map(({ verb, key, hold, reason }) => [verb, key, hold, reason])).toEqual([
      [
        'keep',
        'device/board-1',
        'missing-need',
        'it needs group/kernel, which is not on the master; write `lab-config/groups/kernel.yaml`',
      ],
    ]);
    expect(verdictOfPlan(made).code).toBe(1);
  });

  it('keeps only the fields that name it waiting if the device exists', () => {
    const made = plan({
      lab: [board({ ...kernelTeam, description: 'new' })],
      master: [board({ permissions: [], description: 'old' })],
    });
    expect(say(made)).toEqual([
      'update device/board-1: description "old" -> "new"',
      'keep device/board-1 (missing-need): permissions [] -> [{"group":"kernel","permission":"submit_to_device"}] | it needs group/kernel, which is not on the master; write `lab-config/groups/kernel.yaml`',
    ]);
    expect(made.changes[0]?.object.fields).toMatchObject({ description: 'new', permissions: [] });
  });

  it('keeps a new device type and its devices waiting', () => {
    const type: ConfigurationObject = {
      kind: 'device-type',
      name: 'arm',
      fields: { permissions: [{ group: 'kernel', permission: 'view_devicetype' }] },
    };
    const made = plan({ lab: [type, board({ deviceType: 'arm' })] });
    expect(made.changes.map(({ verb, key, hold }) => [verb, key, hold])).toEqual([
      ['keep', 'device-type/arm', 'missing-need'],
      ['keep', 'device/board-1', 'missing-need'],
    ]);
  });

  it('waits for its files to be corrected', () => {
    const made = plan({ lab: [board(kernelTeam)], blocked: [['group/kernel', ['yaml-syntax']]] });
    expect(made.changes.map(({ key, reason }) => [key, reason])).toContainEqual([
      'device/board-1',
      'it needs group/kernel, which is not on the master (its files have findings: yaml-syntax)',
    ]);
  });
});

describe('on a release without an API for groups', () => {
  it('an existing group satisfies the device, and its members are unsupported', () => {
    const lab = [board(kernelTeam), group('kernel', { members: ['ann'] })];
    const made = plan({
      lab,
      master: [group('kernel')],
      view: old,
      record: surroundings,
      consents: { adopt: 'all' },
    });
    expect(made.changes.map(({ verb, key, hold }) => [verb, key, hold])).toEqual([
      ['adopt', 'group/kernel', undefined],
      ['create', 'device/board-1', undefined],
      ['report', 'group/kernel', 'unsupported'],
    ]);
  });

  it('a missing group is reported, and what names it waits', () => {
    const lab = [board(kernelTeam), group('kernel', { members: ['ann'] })];
    const reasons = plan({ lab, view: old }).changes.map(({ verb, hold, reason }) => [verb, hold, reason]);
    const why = 'LAVA 2023.01 has no API to create a group; create it on the administration pages';
    expect(reasons).toEqual([
      ['report', 'unsupported', why],
      ['keep', 'missing-need', `it needs group/kernel, which is not on the master (${why})`],
    ]);
    expect(plan({ lab: [board(kernelTeam)], view: old }).changes[0]?.reason).toBe(
      'it needs group/kernel, which is not on the master; LAVA 2023.01 has no API to create it',
    );
  });

  it('a group that left the lab stays', () => {
    const made = plan({ master: [group('kernel')], view: old, consents: { allowDelete: 'all' } });
    expect(made.changes.map(({ verb, hold }) => [verb, hold])).toEqual([['report', 'unsupported']]);
  });

  it('gets its members after an upgrade', () => {
    const lab = [group('kernel', { members: ['ann'] })];
    const upstream = {
      software: 'lava',
      release: '2023.01',
      unsupported: [...(old.unsupported ?? [])],
      templates: {},
    };
    const made = planOf({
      lab,
      master: [group('kernel', { members: [] })],
      view: current,
      lastApplied: appliedRecord([group('kernel')], { upstream }),
    });
    expect(made.changes.map(({ verb, cause }) => [verb, cause])).toEqual([['update', 'upstream']]);
  });
});
