import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, Policy, UndeclaredPolicy } from '../../../src/model/index.js';
import {
  driftItems,
  verdictOfPlan,
  formatDriftText,
  formatPlanMarkdown,
  formatPlanText,
  type Plan,
} from '../../../src/plan/index.js';
import { device, deviceType, policy, worker } from '../../support/lab/desired.js';
import { appliedRecord, observedMaster, planOf, type Situation } from '../../support/lab/plan-of.js';

const key = 'public-key = "x"\n';

function rules(undeclared: UndeclaredPolicy, more: Partial<Policy> = {}): Policy {
  return { ...policy, undeclared, ...more };
}

function say(made: Plan): string[] {
  return made.changes.map(
    ({ verb, key: name, cause, hold, fields }) =>
      `${verb} ${name} ${cause}${hold === undefined ? '' : ` (${hold})`}${fields.map(({ field, after }) => ` ${field}=${JSON.stringify(after)}`).join('')}`,
  );
}

/** Something that grants access, as it was applied, and the same object after its declaration was removed. */
const granted: [string, ConfigurationObject, ConfigurationObject, string][] = [
  ['a key', worker('w1', { certificate: key }), worker('w1'), 'certificate=null'],
  [
    'a member',
    { kind: 'group', name: 'g', fields: { members: ['ann'], permissions: [] } },
    { kind: 'group', name: 'g', fields: { permissions: [] } },
    'members=[]',
  ],
  [
    'a permission of a group',
    { kind: 'group', name: 'g', fields: { members: [], permissions: ['a.b.c'] } },
    { kind: 'group', name: 'g', fields: { members: [] } },
    'permissions=[]',
  ],
  [
    'a permission on a device',
    device('d1', { worker: null, permissions: [{ group: 'g', permission: 'change_device' }] }),
    device('d1', { worker: null }),
    'permissions=[]',
  ],
  [
    'a permission on a device type',
    {
      kind: 'device-type',
      name: 't',
      fields: { permissions: [{ group: 'g', permission: 'view_devicetype' }] },
    },
    { kind: 'device-type', name: 't', fields: {} },
    'permissions=[]',
  ],
  [
    'an owner',
    device('d1', { worker: null, physicalOwner: 'ann' }),
    device('d1', { worker: null }),
    'physicalOwner=null',
  ],
  [
    'a group that owns a device',
    device('d1', { worker: null, physicalGroup: 'g' }),
    device('d1', { worker: null }),
    'physicalGroup=null',
  ],
  ['an environment', worker('w1', { env: 'overrides: {}\n' }), worker('w1'), 'env=null'],
  ['a tag', device('d1', { worker: null, tags: ['usb'] }), device('d1', { worker: null }), 'tags=[]'],
];

describe.each(['unmanaged', 'default'] as const)(
  'what gave access and left the lab (undeclared: %s)',
  (undeclared) => {
    it.each(granted)(
      '%s is revoked in every mode, and the plan states it',
      (_what, before, after, expected) => {
        const around = [deviceType('qemu')];
        for (const mode of ['observe', 'warn', 'enforce'] as const) {
          const made = planOf({
            lab: [after, ...around],
            master: [before, ...around],
            policy: rules(undeclared),
            mode,
          });
          const name = `${before.kind}/${before.name}`;
          expect(say(made)).toEqual([`update ${name} this change ${expected}`]);
          expect(formatPlanText(made, { color: false, diffs: true })).toContain(
            `~ update ${name}: the lab does not declare ${expected.split('=')[0] ?? ''}`,
          );
          expect(verdictOfPlan(made).code).toBe(2);
        }
      },
    );

    it('is revoked although somebody replaced it on the master', () => {
      const made = planOf({
        lab: [worker('w1')],
        master: [worker('w1', { certificate: 'public-key = "y"\n' })],
        record: [worker('w1', { certificate: key })],
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual(['update worker/w1 this change certificate=null']);
      expect(made.changes[0]?.reason).toContain('the master no longer admits the worker');
    });

    it('is drift if somebody grants it again', () => {
      const made = (mode: 'warn' | 'enforce') =>
        planOf({
          lab: [worker('w1')],
          master: [worker('w1', { certificate: key })],
          record: [worker('w1', { certificate: null })],
          policy: rules(undeclared),
          mode,
        });
      expect(say(made('warn'))).toEqual(['report worker/w1 drift (drift-mode) certificate=null']);
      expect(verdictOfPlan(made('warn')).code).toBe(5);
      expect(say(made('enforce'))).toEqual(['update worker/w1 drift certificate=null']);
    });

    it('stays where an ignore rule says that it is managed elsewhere', () => {
      const made = planOf({
        lab: [worker('w1')],
        master: [worker('w1', { certificate: key })],
        rules: { ignore: [{ path: 'worker/*/certificate' }] },
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual([]);
    });

    it('stays while the lab declares an owner without an account', () => {
      const made = planOf({
        lab: [device('d1', { worker: null, physicalOwner: 'eve' })],
        master: [device('d1', { worker: null, physicalOwner: 'ann' })],
        view: { users: new Set(['ann']) },
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual(['report device/d1 this change (no-account) physicalOwner="eve"']);
    });

    it('stays as it is while it cannot be read', () => {
      const made = planOf({
        lab: [worker('w1')],
        master: [worker('w1', { certificate: key })],
        view: { unreadable: [{ kind: 'worker', field: 'certificate', reason: 'no' }] },
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual(['keep worker/w1 this change (unreadable) certificate=null']);
    });

    it('is reported where the release cannot delete it', () => {
      const made = planOf({
        lab: [worker('w1')],
        master: [worker('w1', { certificate: key })],
        view: { undeletable: new Set(['worker.certificate']) },
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual(['report worker/w1 this change (unsupported) certificate=null']);
    });
  },
);

describe('an object that left the lab and stays in service', () => {
  const left = (object: ConfigurationObject, more: Partial<Situation> = {}) =>
    planOf({ master: [object], policy: rules('unmanaged', { prune: 'report' }), ...more });

  it('loses the key of a worker, once', () => {
    const object = worker('w1', { health: 'Active', certificate: key });
    const made = left(object);
    expect(say(made)).toEqual([
      'update worker/w1 this change certificate=null',
      'report worker/w1 this change (prune-policy)',
    ]);
    expect(made.changes[0]?.reason).toBe('it left the lab, which declares its certificate no longer');
    const revoked = worker('w1', { health: 'Active', certificate: null });
    expect(say(left(revoked))).toEqual(['report worker/w1 this change (prune-policy)']);
  });

  it('loses the members and permissions of a group', () => {
    const group: ConfigurationObject = {
      kind: 'group',
      name: 'g',
      fields: { members: ['ann'], permissions: ['a.b.c'] },
    };
    for (const prune of ['report', 'retire'] as const) {
      const [first] = say(left(group, { policy: rules('unmanaged', { prune }) }));
      expect(first).toBe('update group/g this change members=[] permissions=[]');
    }
  });

  it('loses permissions to change a device, and keeps those without which everybody could use it', () => {
    const stays = { group: 'g', permission: 'submit_to_device' };
    const object = device('d1', {
      health: 'Good',
      permissions: [{ group: 'g', permission: 'change_device' }, stays],
    });
    expect(say(left(object))[0]).toBe(`update device/d1 this change permissions=${JSON.stringify([stays])}`);
  });

  it('keeps what lavaflow did not grant', () => {
    const object = worker('w1', { health: 'Active', certificate: key });
    expect(say(left(object, { record: [worker('w1')] }))).toEqual([
      'report worker/w1 this change (prune-policy)',
    ]);
  });
});

describe('a value that the lab never declared', () => {
  const changed = worker('w1', { description: 'by hand', jobLimit: 5 });

  it('is reported and left alone if it is not managed, without a different exit code', () => {
    const made = planOf({ lab: [worker('w1')], master: [changed], record: [worker('w1')], mode: 'warn' });
    expect(say(made)).toEqual(['report worker/w1 unmanaged (undeclared) description=null jobLimit=0']);
    expect(verdictOfPlan(made).code).toBe(0);
    expect(formatPlanText(made, { color: false, diffs: true })).toContain(
      'not declared in the lab (left alone; `drift` shows the values): 1\n    worker/w1: description, jobLimit',
    );
    expect(formatPlanMarkdown(made)).toContain('1 objects have values on the master');
  });

  it('is drift of the default if silence means the default', () => {
    const drifted = (mode: 'warn' | 'enforce') =>
      planOf({
        lab: [worker('w1')],
        master: [changed],
        record: [worker('w1')],
        policy: rules('default'),
        mode,
      });
    expect(say(drifted('warn'))).toEqual(['report worker/w1 drift (drift-mode) description=null jobLimit=0']);
    expect(verdictOfPlan(drifted('warn')).code).toBe(5);
    expect(say(drifted('enforce'))).toEqual(['update worker/w1 drift description=null jobLimit=0']);
  });

  it('has a severity and the value on the master in the report of drift', () => {
    const master = [
      changed,
      device('d1', { worker: null, permissions: [{ group: 'g', permission: 'submit_to_device' }] }),
    ];
    const lab = [worker('w1'), device('d1', { worker: null })];
    const plan = planOf({ lab, master, record: lab });
    const items = driftItems(plan);
    expect(
      items.map(({ key: of, field, severity, mode, isUndeclared }) => [
        of,
        field,
        severity,
        mode,
        isUndeclared,
      ]),
    ).toEqual([
      ['device/d1', 'permissions', 'high', 'observe', true],
      ['worker/w1', 'jobLimit', 'medium', 'observe', true],
      ['worker/w1', 'description', 'low', 'observe', true],
    ]);
    const dated = items.map((item) => ({ ...item, since: '2026-01-01T00:00:00.000Z' }));
    const text = formatDriftText({ plan, items: dated }, { color: false, diffs: true });
    expect(text).toContain('worker/w1 jobLimit: 0 -> 5');
    expect(text).toContain('No drift; 3 values not declared.');
  });

  it('does not change the fingerprint of a plan if it is not managed', () => {
    const of = (master: ConfigurationObject) =>
      planOf({ lab: [worker('w1')], master: [master], record: [worker('w1')] });
    expect(of(changed).fingerprint).toBe(of(worker('w1')).fingerprint);
  });

  it('does not count for an object that nobody adopted', () => {
    const made = planOf({ lab: [worker('w1')], master: [changed], record: [], mode: 'warn' });
    expect(say(made)).toEqual(['adopt worker/w1 unmanaged']);
  });

  it('is not compared if the release cannot tell whose it is', () => {
    const shown = worker('w1', { env: 'overrides: {}\n' });
    for (const undeclared of ['unmanaged', 'default'] as const) {
      const made = planOf({
        lab: [worker('w1')],
        master: [shown],
        record: [worker('w1')],
        view: { undeletable: new Set(['worker.env']) },
        policy: rules(undeclared),
      });
      expect(say(made)).toEqual([]);
    }
  });

  it('does not include the health, which people and health checks change', () => {
    const made = planOf({
      lab: [worker('w1'), device('d1', { worker: null })],
      master: [worker('w1', { health: 'Maintenance' }), device('d1', { worker: null, health: 'Bad' })],
      record: [worker('w1'), device('d1', { worker: null })],
      policy: rules('default'),
    });
    expect(say(made)).toEqual([]);
  });
});

describe('a declaration that left the lab and grants nothing', () => {
  const situation: Situation = { lab: [worker('w1')], master: [worker('w1', { jobLimit: 3 })] };

  it('stays on the master if silence means nothing', () => {
    expect(say(planOf(situation))).toEqual(['report worker/w1 unmanaged (undeclared) jobLimit=0']);
  });

  it('gets the default if silence means the default', () => {
    const made = planOf({ ...situation, policy: rules('default'), mode: 'observe' });
    expect(say(made)).toEqual(['update worker/w1 this change jobLimit=0']);
    expect(made.changes[0]?.reason).toBe('the lab does not declare jobLimit');
  });

  it('means nothing where a file that may declare it could not be read', () => {
    const type = (aliases: string[]): ConfigurationObject => ({
      kind: 'device-type',
      name: 't',
      fields: { aliases },
    });
    const lab: ConfigurationObject = { kind: 'device-type', name: 't', fields: {} };
    const made = (unread: boolean) => {
      const plan = planOf({
        master: [type(['a'])],
        lastApplied: appliedRecord([type(['a'])]),
        observed: observedMaster([type(['a'])]),
        policy: rules('default'),
        desired: {
          master: { name: 'main', address: { url: 'x' }, tokenFrom: null, sites: [], mode: 'enforce' },
          objects: new Map([['device-type/t', lab]]),
          blocked: new Map(),
          ...(unread ? { unread: new Map([['device-type/t', ['aliases']] as const]) } : {}),
        },
      });
      return say(plan);
    };
    expect(made(true)).toEqual([]);
    expect(made(false)).toEqual(['update device-type/t this change aliases=[]']);
  });
});
