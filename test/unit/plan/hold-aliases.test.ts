import { describe, expect, it } from 'vitest';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { verdictOfPlan, pendingChanges, type Plan, type PlanInput } from '../../../src/plan/index.js';
import { device, worker } from '../../support/lab/desired.js';
import { appliedRecord, observedMaster, planOf } from '../../support/lab/plan-of.js';

interface Parts {
  readonly lab: readonly ConfigurationObject[];
  readonly master: readonly ConfigurationObject[];
  readonly applied?: readonly ConfigurationObject[];
  readonly consents?: Partial<PlanInput['consents']>;
}

function plan({ lab, master, applied, consents }: Parts): Plan {
  const lastApplied = applied === undefined ? null : appliedRecord(applied);
  return planOf({
    lab,
    observed: observedMaster(master),
    lastApplied,
    ...(consents === undefined ? {} : { consents }),
  });
}

function say(made: Plan): string[] {
  return made.changes
    .filter(({ hold }) => hold !== 'unnamed')
    .map(({ verb, key, hold, reason, fields }) => {
      const names = fields.map(({ field }) => field).join(' ');
      return hold === 'name-taken'
        ? `${verb} ${key} ${names}: ${reason ?? ''}`
        : `${verb} ${key} ${names}`.trim();
    });
}

function deviceType(
  name: string,
  fields: { readonly aliases?: readonly string[] } = {},
): ConfigurationObject {
  return { kind: 'device-type', name, fields };
}

const typed = (name: string, aliases: readonly string[]) => deviceType(name, { aliases });

describe('an alias that is taken on the master', () => {
  it.each([
    [typed('foreign', ['x15']), 'the alias "x15" belongs to device-type/foreign on the master'],
    [typed('foreign', ['X15']), 'the alias "x15" belongs to device-type/foreign on the master'],
    [typed('x15', []), 'the alias "x15" is the name of device-type/x15 on the master'],
    [typed('X15', []), 'the alias "x15" is the name of device-type/X15 on the master'],
  ])('is kept back, and everything else is made: %j', (foreign, reason) => {
    const lab = [
      typed('board', ['free', 'x15']),
      worker('w1'),
      device('b1', { deviceType: 'board', worker: 'w1' }),
    ];
    const made = plan({ lab, master: [foreign] });
    expect(say(made)).toEqual([
      'create device-type/board',
      'create worker/w1',
      'create device/b1 deviceType dictionary worker',
      `keep device-type/board aliases: ${reason}`,
    ]);
    const [created] = pendingChanges(made);
    expect(created?.object.fields).not.toHaveProperty('aliases', ['free', 'x15']);
  });

  it('is reported, with exit code 1, as long as it is taken', () => {
    const lab = [typed('board', ['x15'])];
    const foreign = typed('foreign', ['x15']);
    const before = plan({ lab, master: [deviceType('board'), foreign], applied: [deviceType('board')] });
    expect(say(before)).toEqual([
      'keep device-type/board aliases: the alias "x15" belongs to device-type/foreign on the master',
    ]);
    expect(verdictOfPlan(before).code).toBe(1);
    const released = plan({
      lab,
      master: [deviceType('board'), typed('foreign', [])],
      applied: [deviceType('board')],
    });
    expect(say(released)).toEqual(['update device-type/board aliases']);
  });

  it('is not taken if the plan releases it', () => {
    const applied = [typed('a', ['x']), typed('b', ['y'])];
    expect(say(plan({ lab: [typed('a', ['y']), typed('b', ['x'])], master: applied, applied }))).toEqual([
      'update device-type/a aliases',
      'update device-type/b aliases',
    ]);
    const consents = { allowDelete: new Set(['device-type/b'] as const) };
    expect(say(plan({ lab: [typed('a', ['x', 'b'])], master: applied, applied, consents }))).toEqual([
      'update device-type/a aliases',
      'delete device-type/b',
    ]);
  });

  it('belongs to the type that has it, if the lab gives it to two', () => {
    const applied = [typed('b', ['x'])];
    expect(say(plan({ lab: [typed('a', ['x']), typed('b', ['x'])], master: applied, applied }))).toEqual([
      'create device-type/a',
      'keep device-type/a aliases: the alias "x" belongs to device-type/b on the master',
    ]);
  });

  it('does not prevent the adoption of the type', () => {
    const lab = [typed('board', ['x15'])];
    const master = [deviceType('board', { aliases: [] }), typed('foreign', ['x15'])];
    expect(say(plan({ lab, master, consents: { adopt: 'all' } }))).toEqual([
      'adopt device-type/board',
      'keep device-type/board aliases: the alias "x15" belongs to device-type/foreign on the master',
    ]);
  });
});

it('keeps back a new type with the name of an alias, and its devices', () => {
  const lab = [deviceType('X15'), worker('w1'), device('b1', { deviceType: 'X15', worker: 'w1' })];
  const made = plan({ lab, master: [typed('foreign', ['x15'])] });
  expect(say(made)).toEqual([
    'create worker/w1',
    'keep device-type/X15 : its name is the alias "x15" of device-type/foreign',
    'keep device/b1 deviceType dictionary worker',
  ]);
  expect(made.changes.find(({ key }) => key === 'device/b1')?.reason).toBe(
    'it needs device-type/X15, which is not on the master (its name is the alias "x15" of device-type/foreign)',
  );
});
