import { describe, expect, it } from 'vitest';
import type { DriftModeRule, IgnoreRule, ObjectKey } from '../../../src/model/index.js';
import { verdictOfPlan, type Plan, planFromJson, planToJson, whatMoved } from '../../../src/plan/index.js';
import { device, worker } from '../../support/lab/desired.js';
import { appliedRecord, planOf, type Situation } from '../../support/lab/plan-of.js';

interface Parts extends Situation {
  readonly retired?: readonly ObjectKey[];
  readonly modes?: readonly DriftModeRule[];
  readonly ignore?: readonly IgnoreRule[];
}

function plan({ record = [], retired = [], modes = [], ignore = [], ...situation }: Parts) {
  const lastApplied = appliedRecord(record, { retired: new Set(retired) });
  return planOf({ lastApplied, mode: 'warn', rules: { modes, ignore }, ...situation });
}

function say(made: Plan): string[] {
  return made.changes.map(
    ({ verb, key, hold, fields }) =>
      `${verb} ${key}${hold === undefined ? '' : ` (${hold})`}${fields.map(({ field }) => ` ${field}`).join('')}`,
  );
}

const lab = [worker('w1', { description: 'a', jobLimit: 1, env: 'x\n' }), worker('w2')];
const master = [worker('w1', { description: 'b', jobLimit: 2, env: 'y\n' })];

describe('drift modes by path', () => {
  it('restore what its own rule enforces, and leave the rest', () => {
    const made = plan({
      lab,
      master,
      record: lab,
      modes: [
        { path: 'worker/*/*', mode: 'enforce' },
        { path: 'worker/*/description', mode: 'observe' },
        { path: 'worker/w*/jobLimit', mode: 'warn' },
      ],
    });
    expect(say(made)).toEqual([
      'update worker/w1 env',
      'create worker/w2',
      'report worker/w1 (drift-mode) description',
      'report worker/w1 (drift-mode) jobLimit',
    ]);
  });

  it('use the last matching rule', () => {
    const modes: DriftModeRule[] = [
      { path: 'worker/w1/env', mode: 'observe' },
      { path: '*/*/*', mode: 'enforce' },
    ];
    expect(say(plan({ lab, master, record: lab, modes }))).toEqual([
      'update worker/w1 description env jobLimit',
      'create worker/w2',
    ]);
  });

  it('create a removed object again only for a rule for all of its fields', () => {
    const removed = { lab: [worker('w2', { jobLimit: 1 })], record: [worker('w2', { jobLimit: 1 })] };
    const one: DriftModeRule[] = [{ path: 'worker/w2/jobLimit', mode: 'enforce' }];
    const all: DriftModeRule[] = [{ path: 'worker/w2/*', mode: 'enforce' }];
    expect(say(plan({ ...removed, modes: one }))).toEqual(['report worker/w2 (drift-mode) jobLimit']);
    expect(say(plan({ ...removed, modes: all }))).toEqual(['create worker/w2 jobLimit']);
  });

  it('result in exit code 0 if all drift is only observed, and 5 otherwise', () => {
    const modes: DriftModeRule[] = [{ path: '*/*/*', mode: 'observe' }];
    expect(verdictOfPlan(plan({ lab, master, record: lab, modes })).code).toBe(0);
    const but: DriftModeRule[] = [...modes, { path: 'worker/w1/env', mode: 'warn' }];
    expect(verdictOfPlan(plan({ lab, master, record: lab, modes: but })).code).toBe(5);
  });

  it('are part of the fingerprint, and of the plan file', () => {
    const modes: DriftModeRule[] = [{ path: 'template/x/text', mode: 'observe' }];
    const ignore: IgnoreRule[] = [{ path: 'template/y/text', reason: 'not ours' }];
    const before = plan({ lab, master, record: lab });
    const after = plan({ lab, master, record: lab, modes, ignore });
    expect(whatMoved(before, after)).toMatchObject([{ what: 'settings' }]);
    expect(planFromJson(JSON.parse(JSON.stringify(planToJson(after))))).toEqual(after);
  });
});

describe('ignored objects and fields', () => {
  it('are not reported, adopted or retired if they are ignored as a whole', () => {
    const all = { master: [worker('stray'), worker('left')], record: [worker('left')] };
    expect(say(plan(all))).toEqual(['retire worker/left health', 'report worker/stray (unnamed)']);
    expect(say(plan({ ...all, ignore: [{ path: 'worker/*/*' }] }))).toEqual([]);
  });

  it('are not retired through an ignored field, which is reported', () => {
    const left = { master: [worker('left')], record: [worker('left')] };
    expect(say(plan({ ...left, ignore: [{ path: 'worker/*/health' }] }))).toEqual([
      'report worker/left (prune-policy)',
    ]);
  });

  it('are not returned to service if health is ignored', () => {
    const back = {
      lab: [device('board-1')],
      master: [device('board-1', { health: 'Retired' })],
      record: [device('board-1')],
      retired: ['device/board-1'] as const,
    };
    expect(say(plan(back))).toEqual(['update device/board-1 health']);
    expect(say(plan({ ...back, ignore: [{ path: 'device/*/health' }] }))).toEqual([]);
  });
});
