import { describe, expect, it } from 'vitest';

import {
  keyOf,
  type AppliedRecord,
  type ConfigurationObject,
  type DriftMode,
  type ObjectKey,
  type ObservedMaster,
} from '../../../src/model/index.js';
import {
  verdictOfPlan,
  isEmpty,
  pendingChanges,
  type Plan,
  type PlanInput,
  whatMoved,
} from '../../../src/plan/index.js';
import { device, deviceType, policy, smallLab, template, worker } from '../../support/lab/desired.js';
import { appliedRecord, observedMaster, planOf } from '../../support/lab/plan-of.js';

interface Parts {
  readonly lab?: readonly ConfigurationObject[];
  readonly blocked?: readonly (readonly [ObjectKey, readonly string[]])[];
  readonly master?: ObservedMaster;
  readonly record?: AppliedRecord | null;
  readonly mode?: DriftMode;
  readonly consents?: Partial<PlanInput['consents']>;
  readonly prune?: 'retire' | 'report';
}

function plan({ master = observedMaster([]), record = null, prune = 'retire', ...situation }: Parts) {
  return planOf({ ...situation, observed: master, lastApplied: record, policy: { ...policy, prune } });
}

function say(made: Plan): string[] {
  return made.changes.map(
    ({ verb, key, cause, hold, fields }) =>
      `${verb} ${key} ${cause}${hold === undefined ? '' : ` (${hold})`}${fields.map(({ field }) => ` ${field}`).join('')}`,
  );
}

describe('an empty master', () => {
  it('gets everything, dependencies first', () => {
    const made = plan({ lab: [...smallLab(2)].reverse() });
    expect(made.changes.map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      'create device-type/qemu',
      'create template/qemu',
      'create health-check/qemu',
      'create worker/w1',
      'create device/board-1',
      'create device/board-2',
    ]);
    expect(made.counts).toMatchObject({ create: 6, update: 0 });
    expect(verdictOfPlan(made).code).toBe(2);
  });

  it('treats a template without a text as absent', () => {
    const nothing: ConfigurationObject = { kind: 'template', name: 'qemu', fields: { text: null } };
    expect(say(plan({ lab: [template('qemu')], master: observedMaster([nothing]) }))).toEqual([
      'create template/qemu this change text',
    ]);
  });
});

describe('the cause of a difference', () => {
  const before = worker('w1', { description: 'old', jobLimit: 1 });
  const cases: [string, string | null, string, string, string[]][] = [
    ['nothing differs', 'old', 'old', 'old', []],
    ['the lab changed', 'old', 'old', 'new', ['update worker/w1 this change description']],
    ['the master changed', 'old', 'else', 'old', ['update worker/w1 drift description']],
    ['both changed', 'old', 'else', 'new', ['update worker/w1 this change description']],
    ['both changed to the same', 'old', 'new', 'new', []],
  ];
  it.each(cases)('%s', (_name, last, observed, wanted, expected) => {
    const made = plan({
      record: appliedRecord([
        { ...before, fields: { ...before.fields, description: last } } as ConfigurationObject,
      ]),
      master: observedMaster([worker('w1', { description: observed, jobLimit: 1 })]),
      lab: [worker('w1', { description: wanted, jobLimit: 1 })],
    });
    expect(say(made)).toEqual(expected);
  });

  it('reports that both changed it', () => {
    const made = plan({
      record: appliedRecord([worker('w1', { description: 'old' })]),
      master: observedMaster([worker('w1', { description: 'else' })]),
      lab: [worker('w1', { description: 'new' })],
    });
    expect(made.changes[0]?.reason).toBe(
      'description also changed on the master after revision aaaaaaaaaaaa',
    );
  });

  it('is this change for a field that the lab did not specify before', () => {
    const made = plan({
      record: appliedRecord([worker('w1', {})]),
      master: observedMaster([worker('w1', { jobLimit: 0 })]),
      lab: [worker('w1', { jobLimit: 3 })],
    });
    expect(say(made)).toEqual(['update worker/w1 this change jobLimit']);
  });

  it('does not touch what the lab no longer specifies and that grants nothing', () => {
    const made = plan({
      record: appliedRecord([worker('w1', { jobLimit: 3 })]),
      master: observedMaster([worker('w1', { jobLimit: 5 })]),
      lab: [worker('w1', {})],
    });
    expect(say(made)).toEqual(['report worker/w1 unmanaged (undeclared) jobLimit']);
  });

  it('compares a field that the master never shows with what was last applied', () => {
    const shown: ConfigurationObject = { kind: 'worker', name: 'w1', fields: { health: 'Active' } };
    const master = { ...observedMaster([]), objects: new Map([[keyOf(shown), shown]]) };
    const lab = [worker('w1', { env: 'a\n' })];
    expect(say(plan({ lab, master, record: appliedRecord(lab) }))).toEqual([]);
    expect(say(plan({ lab, master, record: appliedRecord([worker('w1', { env: 'b\n' })]) }))).toEqual([
      'update worker/w1 this change env',
    ]);
  });
});

describe('drift modes', () => {
  const record = appliedRecord([worker('w1', { description: 'old', jobLimit: 1 }), worker('w2')]);
  const master = observedMaster([worker('w1', { description: 'old', jobLimit: 9 })]);
  const lab = [worker('w1', { description: 'new', jobLimit: 1 }), worker('w2')];

  it('enforce restores the value', () => {
    const made = plan({ record, master, lab, mode: 'enforce' });
    expect(say(made)).toEqual([
      'update worker/w1 this change description jobLimit',
      'create worker/w2 drift',
    ]);
    expect(made.changes[0]?.fields.map(({ cause }) => cause)).toEqual(['this change', 'drift']);
  });

  it.each(['observe', 'warn'] as const)('%s reports, and still applies changes made in the lab', (mode) => {
    expect(say(plan({ record, master, lab, mode }))).toEqual([
      'update worker/w1 this change description',
      'report worker/w1 drift (drift-mode) jobLimit',
      'report worker/w2 drift (drift-mode)',
    ]);
  });

  it.each([
    ['observe', 0],
    ['warn', 5],
    ['enforce', 5],
  ] as const)('in mode %s drift alone gives exit code %i', (mode, code) => {
    const left = appliedRecord([worker('w1', { description: 'old', jobLimit: 1 })]);
    const made = plan({
      record: left,
      lab: [worker('w1', { description: 'old', jobLimit: 1 })],
      master,
      mode,
    });
    expect(verdictOfPlan(made).code).toBe(code);
  });
});

describe('adoption', () => {
  const master = observedMaster([...smallLab(1), worker('stray'), worker('gone', { health: 'Retired' })]);

  it('adopts what is equal, and reports what differs with the option that adopts it', () => {
    const lab = smallLab(1).map((one) => (one.kind === 'worker' ? worker('w1', { jobLimit: 7 }) : one));
    const made = plan({ lab, master });
    expect(say(made)).toEqual([
      'adopt template/qemu unmanaged',
      'adopt device-type/qemu unmanaged',
      'adopt health-check/qemu unmanaged',
      'adopt device/board-1 unmanaged',
      'report worker/stray unmanaged (unnamed)',
      'report worker/w1 unmanaged (unadopted) jobLimit',
    ]);
    expect(made.changes.at(-1)?.reason).toContain('--adopt worker/w1');
  });

  it.each([['all' as const], [new Set<ObjectKey>(['worker/w1'])]])('by consent %s', (adopt) => {
    const made = plan({ lab: [worker('w1', { jobLimit: 7 })], master, consents: { adopt } });
    expect(pendingChanges(made).map(({ verb, key }) => `${verb} ${key}`)).toEqual(['adopt worker/w1']);
    expect(made.changes[0]?.object.fields).toMatchObject({ jobLimit: 7, description: 'the first' });
  });

  it('results in exit code 5 for objects that are not adopted, and 0 for what the lab does not name', () => {
    expect(verdictOfPlan(plan({ lab: [worker('w1', { jobLimit: 7 })], master })).code).toBe(5);
    expect(verdictOfPlan(plan({ lab: [], master })).code).toBe(0);
  });

  it('never touches or mentions objects of the master itself', () => {
    const builtIn = new Set<ObjectKey>(['worker/stray']);
    expect(say(plan({ master: { ...observedMaster([worker('stray')]), builtIn } }))).toEqual([]);
    expect(say(plan({ master: { ...observedMaster([]), builtIn }, lab: [worker('stray')] }))).toEqual([
      'keep worker/stray this change (built-in)',
    ]);
  });
});

describe('what cannot be read or written', () => {
  const lab = [worker('w1', { description: 'new', certificate: 'key\n', env: null })];

  it('is reported as unsupported, and is not pending', () => {
    const master = {
      ...observedMaster([worker('w1', { description: 'new' })]),
      unsupported: new Set(['worker.certificate']),
    };
    const made = plan({ lab, master, record: appliedRecord([worker('w1', { description: 'new' })]) });
    expect(say(made)).toEqual(['report worker/w1 this change (unsupported) certificate']);
    expect(made.changes[0]?.reason).toBe('unsupported on LAVA 2023.01');
    expect(verdictOfPlan(made).code).toBe(0);
  });

  it('is left out of a create', () => {
    const master = {
      ...observedMaster([]),
      unsupported: new Set(['worker.certificate', 'health-check.job']),
    };
    const check: ConfigurationObject = { kind: 'health-check', name: 'qemu', fields: { job: 'x' } };
    expect(say(plan({ lab: [...lab, check], master }))).toEqual([
      'create worker/w1 this change description env',
      'report health-check/qemu this change (unsupported) job',
      'report worker/w1 this change (unsupported) certificate',
    ]);
  });

  it.each([
    ['the kind', { kind: 'worker' as const, reason: 'HTTP 500' }],
    ['the object', { kind: 'worker' as const, name: 'w1', reason: 'HTTP 500' }],
    [
      'a field of an object that is not listed',
      { kind: 'worker' as const, name: 'w1', field: 'env', reason: 'HTTP 500' },
    ],
  ])('is kept when %s is unreadable, whether the lab names it or not', (_name, unreadable) => {
    const master = { ...observedMaster([]), unreadable: [unreadable] };
    expect(say(plan({ lab, master }))).toEqual(['keep worker/w1 this change (unreadable)']);
    expect(say(plan({ lab: [], master, record: appliedRecord(lab) }))).toEqual([
      'keep worker/w1 this change (unreadable)',
    ]);
    expect(verdictOfPlan(plan({ lab, master })).code).toBe(1);
  });

  it('is kept field by field, and the others are written', () => {
    const master = {
      ...observedMaster([worker('w1', { description: 'old' })]),
      unreadable: [{ kind: 'worker' as const, name: 'w1', field: 'certificate', reason: 'HTTP 403' }],
    };
    expect(say(plan({ lab, master, record: appliedRecord([worker('w1', { description: 'old' })]) }))).toEqual(
      ['update worker/w1 this change description', 'keep worker/w1 this change (unreadable) certificate'],
    );
  });

  it('is not adopted unseen', () => {
    const master = {
      ...observedMaster([worker('w1', { description: 'new' })]),
      unreadable: [{ kind: 'worker' as const, field: 'certificate', reason: 'HTTP 403' }],
    };
    expect(say(plan({ lab, master }))).toEqual([
      'keep worker/w1 this change (unreadable) certificate',
      'report worker/w1 unmanaged (unadopted)',
    ]);
  });
});

describe('blocked objects', () => {
  it('stay as they are, whether or not they are in the record or on the master', () => {
    const blocked = [['device/board-1', ['dictionary-syntax', 'dictionary-syntax']]] as const;
    const board = device('board-1');
    for (const record of [null, appliedRecord([board])]) {
      for (const master of [observedMaster([]), observedMaster([board])]) {
        const made = plan({ lab: [], blocked, record, master });
        expect(say(made)).toEqual(['keep device/board-1 this change (blocked)']);
        expect(made.changes[0]?.reason).toBe('its files have findings: dictionary-syntax');
      }
    }
  });
});

describe('what left the lab', () => {
  const all = smallLab(1);
  const master = observedMaster(all);
  const record = appliedRecord(all);

  it('is retired, dependants first; templates and health checks wait for consent', () => {
    expect(say(plan({ record, master }))).toEqual([
      'retire device/board-1 this change health',
      'retire worker/w1 this change health',
      'retire device-type/qemu this change display',
      'report template/qemu this change (needs-consent)',
      'report health-check/qemu this change (needs-consent)',
    ]);
  });

  it('is deleted with consent; a device only by its name', () => {
    expect(say(plan({ record, master, consents: { allowDelete: 'all' } }))).toEqual([
      'retire device/board-1 this change health',
      'retire worker/w1 this change health',
      'delete health-check/qemu this change',
      'delete template/qemu this change',
      'retire device-type/qemu this change display',
    ]);
    const allowDelete = new Set<ObjectKey>(['device/board-1']);
    expect(say(plan({ record, master, consents: { allowDelete } }))[0]).toBe(
      'delete device/board-1 this change',
    );
  });

  it('is only reported if the policy requires that', () => {
    expect(pendingChanges(plan({ record, master, prune: 'report' }))).toEqual([]);
    expect(plan({ record, master, prune: 'report' }).counts.report).toBe(5);
  });

  it('is forgotten if it is gone from the master, and complete if it is retired', () => {
    expect(
      say(
        plan({
          record: appliedRecord([worker('w1'), worker('w2')]),
          master: observedMaster([worker('w1', { health: 'Retired' })]),
        }),
      ),
    ).toEqual([]);
  });

  it('stays while a remaining device needs it', () => {
    const lab = all.filter(({ kind }) => kind === 'template' || kind === 'health-check');
    const strange = device('strange', { worker: 'w1', health: 'Good' });
    expect(say(plan({ lab, record, master: observedMaster([...all, strange]) }))).toEqual([
      'retire device/board-1 this change health',
      'keep device-type/qemu this change (in-use) display',
      'keep worker/w1 this change (in-use) health',
      'report device/strange unmanaged (unnamed)',
    ]);
  });

  it('stays while the devices cannot be read', () => {
    const blind = {
      ...observedMaster([worker('w1')]),
      unreadable: [{ kind: 'device' as const, reason: 'HTTP 502' }],
    };
    expect(say(plan({ record: appliedRecord([worker('w1')]), master: blind }))).toEqual([
      'keep worker/w1 this change (unreadable) health',
    ]);
  });

  it('also stays if the lab itself retires it, because the devices that would go with it are unknown', () => {
    const blind = {
      ...observedMaster([worker('w1', { health: 'Active' })]),
      unreadable: [{ kind: 'device' as const, reason: 'HTTP 502' }],
    };
    const record = appliedRecord([worker('w1', { health: 'Active' })]);
    expect(say(plan({ record, master: blind, lab: [worker('w1', { health: 'Retired' })] }))).toEqual([
      'keep worker/w1 this change (unreadable) health',
    ]);
    expect(say(plan({ record, master: blind, lab: [worker('w1', { health: 'Maintenance' })] }))).toEqual([
      'update worker/w1 this change health',
    ]);
  });

  it('is retired if its devices move away in the same plan', () => {
    const moved = all.map((one) =>
      one.kind === 'device' ? device(one.name, { worker: 'w2', tags: ['a'] }) : one,
    );
    const lab = [...moved.filter(({ name }) => name !== 'w1'), worker('w2')];
    expect(say(plan({ lab, record, master }))).toEqual([
      'create worker/w2 this change',
      'update device/board-1 this change worker',
      'retire worker/w1 this change health',
    ]);
  });

  it('returns to service when it returns to the lab', () => {
    const out = all.map((one) =>
      one.kind === 'device' ? device(one.name, { tags: ['a'], health: 'Retired' }) : one,
    );
    const back = plan({
      lab: all,
      record: appliedRecord(all, { retired: new Set(['device/board-1']) }),
      master: observedMaster(out),
    });
    expect(say(back)).toEqual(['update device/board-1 this change health']);
    expect(back.changes[0]?.fields[0]?.after).toBe('Unknown');
    // Retired by somebody else: the lab does not specify the health, so it stays.
    expect(say(plan({ lab: all, record, master: observedMaster(out) }))).toEqual([]);
  });

  it('is drift if somebody returned it to service', () => {
    const input = {
      record: appliedRecord([worker('w1')], { retired: new Set(['worker/w1']) }),
      master: observedMaster([worker('w1')]),
    };
    expect(say(plan(input))).toEqual(['retire worker/w1 drift health']);
    expect(say(plan({ ...input, mode: 'warn' }))).toEqual(['report worker/w1 drift (drift-mode) health']);
  });
});

describe('a dependency', () => {
  it('must be on the master or in the plan', () => {
    const lab = [device('board-1')];
    const made = plan({
      lab,
      master: observedMaster([deviceType('qemu')]),
      blocked: [['worker/w1', ['yaml-syntax']]],
    });
    expect(say(made)).toEqual([
      'report device-type/qemu unmanaged (unnamed)',
      'keep worker/w1 this change (blocked)',
      'keep device/board-1 this change (missing-need) deviceType dictionary worker',
    ]);
    expect(made.changes.find(({ key }) => key === 'device/board-1')?.reason).toBe(
      'it needs worker/w1, which is not on the master (its files have findings: yaml-syntax)',
    );
    expect(isEmpty(made)).toBe(true);
    // There is nothing to do, although the master is not as the lab specifies.
    expect(verdictOfPlan(made).code).toBe(1);
  });
});

describe('the fingerprint', () => {
  const lab = smallLab(2);
  const base = { lab, record: appliedRecord(lab), master: observedMaster(lab) };

  it('changes with the lab, the master and the record, and shows which object changed', () => {
    const before = plan(base);
    const changed = lab.map((one) => (one.name === 'board-2' ? device('board-2', { tags: ['b'] }) : one));
    const cases: [Plan, { what: string; how: string }[]][] = [
      [plan({ ...base, lab: changed }), [{ what: 'device/board-2', how: 'it changed in the lab' }]],
      [
        plan({ ...base, master: observedMaster(changed) }),
        [{ what: 'device/board-2', how: 'it changed on the master' }],
      ],
      [
        plan({ ...base, record: appliedRecord(changed) }),
        [{ what: 'device/board-2', how: 'it changed in the record' }],
      ],
      [
        plan({ ...base, mode: 'warn' }),
        [
          {
            what: 'settings',
            how: 'they were mode enforce, prune retire, adopt none, allow-delete none, and are now mode warn, prune retire, adopt none, allow-delete none',
          },
        ],
      ],
    ];
    for (const [after, moved] of cases) {
      expect(after.fingerprint).not.toBe(before.fingerprint);
      expect(whatMoved(before, after)).toEqual(moved);
    }
  });

  it('does not depend on what is not compared', () => {
    const before = plan(base);
    const other = lab.map((one) =>
      one.kind === 'device' ? device(one.name, { tags: ['a'], health: 'Bad' }) : one,
    );
    const after = plan({ ...base, master: observedMaster([...other, worker('stranger')]) });
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(whatMoved(before, after)).toEqual([]);
  });
});
