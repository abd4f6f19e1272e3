/** What the controller's status means. */
import { describe, expect, it } from 'vitest';

import { observe } from '../../../src/app/incidents/observe.js';
import { outlineOf } from '../../../src/app/incidents/outline.js';
import type { ControllerStatus, MasterSight } from '../../../src/controller/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';

type MasterStatus = ControllerStatus['masters'][string];

const sight: MasterSight = { drift: [], upstream: [], upstreamRemarks: [], unseen: [], offlineWorkers: [] };
const outline = (() => {
  const master = (name: string, site: string): string =>
    `kind: Master\nurl: https://${name}.example.org\nsites: [${site}]\n`;
  const device = (worker: string): string =>
    `{% extends 'board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'board', 'worker': '${worker}'} %}\n`;
  const { lab, reach } = loadLab(
    labOf({
      'lab-config/lab.yaml': 'kind: Lab\nname: small\ncontacts: [{name: Lab}]\n',
      'lab-config/masters/a.yaml': master('a', 'north'),
      'lab-config/masters/b.yaml': master('b', 'south'),
      'lab-config/sites/north.yaml':
        'kind: Site\nowners: []\ncontacts: [{name: North, email: north@example.org}]\n',
      'lab-config/sites/south.yaml': 'kind: Site\nowners: []\n',
      'workers/rack-1/worker.yaml': 'kind: Worker\nsite: north\n',
      'workers/rack-2/worker.yaml': 'kind: Worker\nsite: south\n',
      'device-types/board.jinja2': 'actions: {deploy: {methods: {}}}\n',
      'device-types/board.yaml': 'kind: DeviceType\n',
      'device-dictionaries/board-1.jinja2': device('rack-1'),
      'device-dictionaries/board-2.jinja2': device('rack-1'),
      'device-dictionaries/board-3.jinja2': device('rack-2'),
    }),
  );
  if (lab === null) throw new Error('no lab');
  return outlineOf(lab, reach.workers);
})();

function master(changes: Partial<MasterStatus>): MasterStatus {
  return {
    ...{ state: 'idle', since: '', url: null, revision: null, lastApplied: null, counts: null },
    ...{ drift: [], driftSince: {}, contested: [], problems: [], error: null, nextTryAt: null },
    sight,
    ...changes,
  } as MasterStatus;
}

function status(
  masters: Readonly<Record<string, MasterStatus>>,
  changes: Partial<ControllerStatus> = {},
): ControllerStatus {
  return {
    ...{ repository: '/lab', state: 'ok', since: '', revision: null, findings: [], error: null, masters },
    schedule: { lastAt: '', nextAt: null },
    ...changes,
  };
}

function keysOf(one: ControllerStatus) {
  return observe(one, outline).conditions.map(({ key }) => key);
}

const lost = { message: 'no response', retry: 'soon', about: 'connection' } as const;

describe('a master', () => {
  it.each<[string, Partial<MasterStatus>, readonly string[]]>([
    ['does not respond', { state: 'waiting', error: lost }, ['master-unreachable/a']],
    [
      'rejects the token',
      { state: 'failed', error: { ...lost, retry: 'after-change', about: 'access' } },
      ['access-denied/a'],
    ],
    ['is locked', { state: 'waiting', error: { message: 'locked', retry: 'soon' } }, ['not-reconciled/a']],
    ['would lose too much', { state: 'refused', problems: ['too much'] }, ['refused/a']],
    ['hides something', { state: 'failed', problems: ['x could not be read'] }, ['incomplete/a']],
    ['drifts', { sight: { ...sight, drift: ['device/board-1'] } }, ['drift/a']],
    [
      'has another release',
      { sight: { ...sight, upstreamRemarks: ['upstream: the master was LAVA 1'] } },
      ['upstream/a'],
    ],
    ['lost a worker', { sight: { ...sight, offlineWorkers: ['rack-1'] } }, ['worker-offline/a/rack-1']],
    ['is well', {}, []],
  ])('that %s', (_, changes, keys) => {
    expect(keysOf(status({ a: master(changes) }))).toEqual(keys);
  });

  it.each<[string, Partial<MasterStatus>]>([
    ['is being read', { state: 'reconciling' }],
    ['is off', { state: 'off' }],
    ['was not read since the start', { sight: null }],
  ])('that %s is not known', (_, changes) => {
    const { conditions, absent } = observe(status({ a: master(changes) }), outline);
    expect({ conditions, absent: [...absent].filter((key) => key.endsWith('/a')) }).toEqual({
      conditions: [],
      absent: [],
    });
  });

  it('is known to respond when it rejects the token, and nothing else about it is known', () => {
    const error = { ...lost, about: 'access' } as const;
    const { absent } = observe(status({ a: master({ state: 'failed', error }) }), outline);
    expect([...absent].filter((key) => key.endsWith('/a'))).toEqual(['master-unreachable/a']);
  });

  it('may still drift where it cannot be read, and its workers may be offline if they are not listed', () => {
    const partial = { ...sight, unseen: ['device/board-1'] as const, offlineWorkers: null };
    const { absent } = observe(
      status({ a: master({ sight: partial, state: 'failed', problems: ['x'] }) }),
      outline,
    );
    expect(absent.has('drift/a')).toBe(false);
    expect(absent.has('worker-offline/a')).toBe(false);
    expect(absent.has('access-denied/a')).toBe(true);
  });
});

it('names the devices and the contacts of the sites that are affected, and where they are', () => {
  const both = status({
    a: master({ state: 'waiting', error: lost }),
    b: master({ sight: { ...sight, offlineWorkers: ['rack-2'] } }),
  });
  expect(observe(both, outline).conditions).toMatchObject([
    {
      key: 'master-unreachable/a',
      affected: { noun: 'device', count: 2, names: ['board-1', 'board-2'] },
      places: ['site north', 'host a.example.org'],
      contacts: [{ name: 'North', email: 'north@example.org' }],
    },
    {
      key: 'worker-offline/b/rack-2',
      affected: { count: 1, names: ['board-3'] },
      places: ['site south'],
      contacts: [{ name: 'Lab' }],
    },
  ]);
});

it('knows whether no master responds, and which masters the lab has if its files have no errors', () => {
  const down = master({ state: 'waiting', error: lost });
  expect(observe(status({ a: down, b: master({}) }), outline).isEverythingDown).toBe(false);
  expect(observe(status({ a: down, b: down }), outline).isEverythingDown).toBe(true);
  expect(observe(status({ a: down }), outline).masters).toEqual(new Set(['a', 'b']));
  expect(observe(status({ a: down }, { state: 'invalid' }), outline).masters).toBeNull();
});

it('reports a lab that cannot be read, and does not take it for one that can be used', () => {
  const error = { message: 'cannot fetch', retry: 'soon' } as const;
  const { conditions, absent } = observe(status({}, { state: 'unreadable', error }), outline);
  expect(conditions).toMatchObject([
    { key: 'lab-unreadable', cause: 'cannot fetch', affected: { count: 2 } },
  ]);
  expect([...absent]).toEqual([]);
});

describe('a revision whose signature is not accepted', () => {
  const untrusted = 'revision 0123 is not accepted';
  const refused = master({ state: 'refused', problems: ['x'], sight: { ...sight, untrusted } });

  it('is one condition, however many masters refuse it', () => {
    const { conditions } = observe(status({ a: refused, b: refused }), outline);
    expect(conditions).toMatchObject([
      {
        key: 'revision-untrusted',
        severity: 'high',
        cause: untrusted,
        affected: { noun: 'master', count: 2, names: ['a', 'b'] },
        contacts: [{ name: 'Lab' }],
      },
    ]);
  });

  it('is over when every master has accepted it, and not before', () => {
    const isOver = (b: MasterStatus) =>
      observe(status({ a: master({}), b }), outline).absent.has('revision-untrusted');
    expect([isOver(master({})), isOver(master({ state: 'off', sight: null }))]).toEqual([true, true]);
    expect([
      isOver(master({ state: 'reconciling' })),
      isOver(master({ state: 'suspended' })),
      isOver(refused),
    ]).toEqual([false, false, false]);
  });
});
