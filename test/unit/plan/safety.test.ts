import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, ObjectKey } from '../../../src/model/index.js';
import { type Consents, judge, noConsents } from '../../../src/plan/index.js';
import { device, deviceType, policy, worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

function judgeChange(
  before: readonly ConfigurationObject[],
  after: readonly ConfigurationObject[],
  consents: Partial<Consents> = {},
  judged: Partial<Consents> = consents,
  shares = policy,
) {
  const plan = planOf({ master: before, lab: after, consents });
  return judge(plan, shares, { ...noConsents, ...judged });
}

function farm(devices: number, health: 'Good' | 'Bad' = 'Good'): ConfigurationObject[] {
  const boards = Array.from({ length: devices }, (_, index) => device(`board-${index}`, { health }));
  return [deviceType('qemu'), worker('w1'), ...boards];
}

function edit(lab: readonly ConfigurationObject[], count: number): ConfigurationObject[] {
  let left = count;
  return lab.map((one) =>
    one.kind === 'device' && left-- > 0 ? device(one.name, { ...one.fields, tags: ['x'] }) : one,
  );
}

function drop(lab: readonly ConfigurationObject[], count: number): ConfigurationObject[] {
  const names = lab.filter(({ kind }) => kind === 'device').slice(0, count);
  return lab.filter((one) => !names.includes(one));
}

const limits = (judgement: ReturnType<typeof judge>) => judgement.refused.map(({ limit }) => limit);

describe('shares', () => {
  // 100 managed objects: a share of 0.3 is 30 of them.
  const lab = farm(98);
  it.each([
    ['30 updates', edit(lab, 30), []],
    ['31 updates', edit(lab, 31), ['update-share']],
    ['30 removals', drop(lab, 30), []],
    ['31 removals', drop(lab, 31), ['remove-share']],
    [
      '31 devices that the lab itself retires',
      lab.map((one, index) => (index > 1 && index < 33 ? device(one.name, { health: 'Retired' }) : one)),
      ['remove-share'],
    ],
    ['200 new devices', [...lab, ...Array.from({ length: 200 }, (_, index) => device(`new-${index}`))], []],
  ])('%s of 100 objects', (_name, after, expected) => {
    expect(limits(judgeChange(lab, after))).toEqual(expected);
  });

  it('have no effect in a small lab', () => {
    const small = farm(6);
    expect(limits(judgeChange(small, edit(small, 6)))).toEqual([]);
    expect(limits(judgeChange(small, drop(small, 3)))).toEqual([]);
    expect(limits(judgeChange(small, drop(small, 4)))).toEqual(['remove-share']);
  });

  const sized = (managed: number): ConfigurationObject[] =>
    Array.from({ length: managed }, (_, index) => worker(`w-${index}`));
  const firstOf = (lab: readonly ConfigurationObject[], count: number, fields: object) =>
    lab.map((one, index) => (index < count ? worker(one.name, fields) : one));

  // How many objects of a lab may be updated, and how many removed: never all of them, unless there is only one.
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 2],
    [4, 4, 3],
    [10, 10, 3],
    [40, 12, 12],
    [1000, 300, 300],
  ])('of a lab of %i objects: %i updates, %i removals', (managed, updates, removals) => {
    const before = sized(managed);
    const update = (count: number) => limits(judgeChange(before, firstOf(before, count, { jobLimit: 1 })));
    const retire = (count: number) =>
      limits(judgeChange(before, firstOf(before, count, { health: 'Retired' })));
    const leave = (count: number) => limits(judgeChange(before, before.slice(count)));
    expect(update(updates)).toEqual([]);
    if (updates < managed) expect(update(updates + 1)).toEqual(['update-share']);
    expect([retire(removals), leave(removals)]).toEqual([[], []]);
    if (removals === managed) return;
    expect([retire(removals + 1), leave(removals + 1)]).toEqual([['remove-share'], ['remove-share']]);
  });

  it('count the devices that are retired with a worker', () => {
    const racks = ['w1', 'w2'].map((name) => worker(name));
    const boards = Array.from({ length: 40 }, (_, index) =>
      device(`board-${index}`, { health: 'Good', worker: index < 20 ? 'w1' : 'w2' }),
    );
    const before = [deviceType('qemu'), ...racks, ...boards];
    const after = before.map((one) => (one.name === 'w1' ? worker('w1', { health: 'Retired' }) : one));
    const { refused } = judgeChange(before, after);
    expect(refused.map(({ message }) => message)).toEqual([
      '21 of 43 managed objects would be removed; maxRemoveShare 0.3 allows 12',
    ]);
  });

  it('of zero allow nothing at all', () => {
    const small = farm(6);
    const none = { ...policy, maxUpdateShare: 0, maxRemoveShare: 0 };
    expect(limits(judgeChange(small, edit(small, 1), {}, {}, none))).toEqual(['update-share']);
    expect(limits(judgeChange(small, drop(small, 1), {}, {}, none))).toEqual(['remove-share']);
  });
});

describe('the last healthy device of a type', () => {
  it('is not retired without force, and force is reported', () => {
    const lab = farm(1);
    expect(limits(judgeChange(lab, drop(lab, 1)))).toEqual(['last-healthy-device']);
    const forced = judgeChange(lab, drop(lab, 1), { force: 'the board burnt' });
    expect(forced.refused).toEqual([]);
    expect(forced.forced.map(({ limit }) => limit)).toEqual(['last-healthy-device']);
  });

  it.each(['Bad', 'Looping', 'Maintenance', 'Retired'] as const)('is not one that is %s', (health) => {
    const lab = [...farm(1), device('sick', { health })];
    expect(limits(judgeChange(lab, drop(lab, 1)))).toEqual(['last-healthy-device']);
    const sickOnly = [deviceType('qemu'), worker('w1'), device('sick', { health })];
    expect(limits(judgeChange(sickOnly, drop(sickOnly, 1)))).toEqual([]);
  });

  it('may be one whose health is unknown', () => {
    const lab = [...farm(1), device('new', { health: 'Unknown' })];
    expect(limits(judgeChange(lab, drop(lab, 1)))).toEqual([]);
    expect(limits(judgeChange(lab, drop(lab, 2)))).toEqual(['last-healthy-device']);
  });

  it('does not count devices that are not healthy', () => {
    const lab = farm(2, 'Bad');
    expect(limits(judgeChange(lab, drop(lab, 1)))).toEqual([]);
    const one = [...farm(1), device('sick', { health: 'Bad' })];
    expect(limits(judgeChange(one, drop(one, 1)))).toEqual(['last-healthy-device']);
  });
});

describe('the last healthy devices of a type', () => {
  const lab = farm(2);
  const swap = (name: string, other: ConfigurationObject) =>
    lab.map((one) => (one.name === name ? other : one));

  const retyped = (one: ConfigurationObject, fields: object): ConfigurationObject =>
    one.kind === 'device' ? device(one.name, { ...one.fields, ...fields }) : one;

  it.each([
    ['their worker is retired by the lab', swap('w1', worker('w1', { health: 'Retired' }))],
    [
      'their type is hidden by the lab',
      swap('qemu', { kind: 'device-type', name: 'qemu', fields: { display: false } }),
    ],
    ['all of them are dropped', drop(lab, 2)],
    [
      'they become of another type',
      [...lab.map((one) => retyped(one, { deviceType: 'pi' })), deviceType('pi')],
    ],
    ['they lose their worker', lab.map((one) => retyped(one, { worker: null }))],
    ['the lab sets them to Bad', lab.map((one) => retyped(one, { health: 'Bad' }))],
    [
      'one is dropped and the other retired by the lab',
      drop(lab, 1).map((one) => retyped(one, { health: 'Retired' })),
    ],
  ])('do not go when %s', (_how, after) => {
    expect(limits(judgeChange(lab, after))).toEqual(['last-healthy-device']);
    expect(limits(judgeChange(lab, after, { force: 'meant' }))).toEqual([]);
  });

  it('may be put into maintenance, and moved to another worker while theirs is retired', () => {
    expect(limits(judgeChange(lab, swap('w1', worker('w1', { health: 'Maintenance' }))))).toEqual([]);
    const before = [...lab, worker('w2')];
    const moved = before.flatMap((one) => {
      if (one.name === 'w1') return [worker('w1', { health: 'Retired' })];
      return one.kind === 'device' ? [device(one.name, { ...one.fields, worker: 'w2' })] : [one];
    });
    expect(limits(judgeChange(before, moved))).toEqual([]);
  });
});

describe('what the policy of a small lab allows without force', () => {
  it('is removing every board except the last of its type', () => {
    const lab = [...farm(3), deviceType('pi'), device('pi-1', { deviceType: 'pi', health: 'Good' })];
    expect(limits(judgeChange(lab, drop(lab, 2)))).toEqual([]);
    expect(
      limits(
        judgeChange(
          lab,
          lab.filter(({ name }) => name !== 'pi-1'),
        ),
      ),
    ).toEqual(['last-healthy-device']);
  });
});

describe('deletions', () => {
  const check: ConfigurationObject = { kind: 'health-check', name: 'qemu', fields: { job: 'x' } };
  it('of a reviewed plan also need consent at apply, which force does not include', () => {
    const consents = { allowDelete: 'all' } as const;
    expect(limits(judgeChange([check], [], consents, {}))).toEqual(['deletion']);
    expect(limits(judgeChange([check], [], consents, { force: 'yes' }))).toEqual(['deletion']);
    expect(limits(judgeChange([check], [], consents))).toEqual([]);
  });

  it('of hardware require its name', () => {
    const allowDelete = new Set<ObjectKey>(['worker/w1']);
    expect(limits(judgeChange([worker('w1')], [], { allowDelete }, { allowDelete: 'all' }))).toEqual([
      'deletion',
    ]);
    expect(limits(judgeChange([worker('w1')], [], { allowDelete }))).toEqual([]);
  });
});
