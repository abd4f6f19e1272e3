import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, DeviceFields, ObservedMaster } from '../../../src/model/index.js';
import { device, deviceType, template } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

const board = (name: string, base: string, fields: DeviceFields = {}) =>
  device(name, { worker: null, dictionary: `{% extends '${base}.jinja2' %}\n`, ...fields });

/** Everything on the master except `foreign` was applied. Everything that left the lab may be deleted. */
function plan(parts: {
  master: readonly ConfigurationObject[];
  foreign?: readonly ConfigurationObject[];
  lab: readonly ConfigurationObject[];
  view?: Partial<ObservedMaster>;
}) {
  const made = planOf({
    ...parts,
    master: [...parts.master, ...(parts.foreign ?? [])],
    record: parts.master,
    consents: { allowDelete: 'all' },
  });
  return made.changes
    .filter(({ key }) => key.startsWith('template/'))
    .map(({ verb, key, hold, reason }) => [verb, key, hold, reason]);
}

const templates = [template('our-base', 'a: 1\n'), template('ours', "{% extends 'our-base.jinja2' %}\n")];
const type = deviceType('qemu');

describe('a template that left the lab, and may be deleted', () => {
  it('is deleted if nothing uses it', () => {
    expect(plan({ master: [type, ...templates], lab: [type] })).toEqual([
      ['delete', 'template/ours', undefined, undefined],
      ['delete', 'template/our-base', undefined, undefined],
    ]);
  });

  it('stays while a device in service uses it, directly or through other templates', () => {
    const foreign = [board('theirs-1', 'ours'), board('theirs-2', 'ours'), type];
    expect(plan({ master: templates, foreign, lab: [] })).toEqual([
      ['keep', 'template/our-base', 'in-use', 'device/theirs-1 and 1 more use it'],
      ['keep', 'template/ours', 'in-use', 'device/theirs-1 and 1 more use it'],
    ]);
  });

  it('is deleted with the last device that uses it, retired in the same plan or before', () => {
    const master = [type, ...templates, board('b-1', 'ours', { health: 'Good' })];
    const foreign = [board('old', 'ours', { health: 'Retired' }), board('other', 'else', { health: 'Good' })];
    const gone = plan({ master, foreign, lab: [type] });
    expect(gone.map(([verb]) => verb)).toEqual(['delete', 'delete']);
  });

  it('is deleted if the only device that uses it is new and out of service from the start', () => {
    const master = [type, ...templates];
    const lab = [type, board('spare', 'ours', { health: 'Retired' })];
    const gone = plan({ master, lab });
    expect(gone.map(([verb]) => verb)).toEqual(['delete', 'delete']);
  });

  it('is deleted if a dictionary has its name, because LAVA finds that first', () => {
    const namesake = device('ours', { worker: null, dictionary: 'a: 1\n' });
    const parts = { master: [type, ...templates], foreign: [namesake, board('theirs', 'ours')], lab: [type] };
    expect(plan(parts).map(([verb]) => verb)).toEqual(['delete', 'delete']);
  });

  it('is deleted if its devices use something else after the same plan', () => {
    const master = [type, ...templates, board('b-1', 'ours')];
    const lab = [type, template('new', 'b: 2\n'), board('b-1', 'new')];
    expect(plan({ master, lab }).map(([verb, key]) => [verb, key])).toEqual([
      ['create', 'template/new'],
      ['delete', 'template/ours'],
      ['delete', 'template/our-base'],
    ]);
  });

  it('is deleted if LAVA ships one of that name, and stays otherwise', () => {
    const qemu = template('qemu', 'a: 1\n');
    const parts = { master: [qemu], foreign: [type, board('theirs', 'qemu')], lab: [] };
    expect(plan(parts).map(([verb]) => verb)).toEqual(['delete']);
    expect(plan({ ...parts, view: { software: 'lavaflow' } }).map(([verb]) => verb)).toEqual(['keep']);
  });

  it('stays while the dictionaries cannot be read', () => {
    const unreadable = [{ kind: 'device' as const, name: 'x', field: 'dictionary', reason: 'HTTP 502' }];
    expect(plan({ master: [templates[0] ?? type], lab: [], view: { unreadable } })).toEqual([
      ['keep', 'template/our-base', 'unreadable', 'the devices that use it could not be read: HTTP 502'],
    ]);
  });
});
