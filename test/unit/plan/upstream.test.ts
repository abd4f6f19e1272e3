import { describe, expect, it } from 'vitest';

import type { AppliedUpstream, ConfigurationObject } from '../../../src/model/index.js';
import { digestOf, noConsents, upstreamOf } from '../../../src/plan/index.js';
import { planMaster, reconcile } from '../../../src/reconcile/index.js';
import { desiredMaster, device, deviceType, policy, template, worker } from '../../support/lab/desired.js';
import { memoryRecords, modelMaster } from '../../support/targets/model-master.js';
import { appliedRecord, observedMaster, planOf } from '../../support/lab/plan-of.js';

const sources = (text: string) =>
  new Map([
    ['base.jinja2', { text, file: '/src/base.jinja2' }],
    ['unused.jinja2', { text: 'x', file: '/src/unused.jinja2' }],
  ]);
const lab = [
  deviceType('qemu'),
  template('qemu', `{% extends 'base.jinja2' %}`),
  device('one', { worker: null }),
  device('two', { worker: null }),
  device('apart', { worker: null, dictionary: 'x: 1\n' }),
];

const view = { release: '2024.03' };

function planOver(
  lab: readonly ConfigurationObject[],
  record: readonly ConfigurationObject[],
  master: readonly ConfigurationObject[],
  upstream: Partial<AppliedUpstream>,
  templates = sources('a: 1\n'),
) {
  const lastApplied = appliedRecord(record, {
    upstream: { software: 'lava', release: '2024.03', unsupported: [], templates: {}, ...upstream },
  });
  return planOf({ lab, master, view, lastApplied, templates });
}

describe('the upstream facts of a record', () => {
  it('are the release, the fields that it does not support, and the source templates that devices use', () => {
    const master = observedMaster([], {
      ...view,
      unsupported: new Set(['worker.envDut', 'worker.certificate']),
    });
    expect(upstreamOf(desiredMaster(lab), master, sources('a: 1\n'), undefined)).toEqual({
      software: 'lava',
      release: '2024.03',
      unsupported: ['worker.certificate', 'worker.envDut'],
      templates: { 'base.jinja2': digestOf('a: 1\n') },
    });
    const own = [...lab, template('base', 'own\n')];
    expect(upstreamOf(desiredMaster(own), master, sources('a: 1\n'), undefined).templates).toEqual({});
  });

  it('are recorded by an apply, and updated by the next one', async () => {
    const [target, records] = [modelMaster(), memoryRecords()];
    const request = {
      target,
      records,
      desired: desiredMaster(lab),
      policy,
      mode: 'enforce' as const,
      consents: noConsents,
      revision: { repository: '/lab', revision: 'b' },
      templates: sources('a: 1\n'),
    };
    await reconcile(request);
    expect(records.record?.upstream).toMatchObject({ release: '2023.01' });
    target.view = { release: '2024.03' };
    const plan = await planMaster({ ...request, templates: sources('a: 2\n') });
    expect(plan.changes).toEqual([]);
    expect(plan.remarks).toEqual([
      'upstream: the master was LAVA 2023.01 when revision b was applied and is now LAVA 2024.03',
      'upstream: deviceTypeSources changed base.jinja2 since revision b was applied; 2 devices use it',
    ]);
    await reconcile({ ...request, templates: sources('a: 2\n') });
    expect(records.record?.upstream?.release).toBe('2024.03');
    expect((await planMaster({ ...request, templates: sources('a: 2\n') })).remarks).toEqual([]);
  });
});

describe('a field that an older release did not support', () => {
  const before = worker('w1', { description: 'x' });
  const wanted = worker('w1', { description: 'x', envDut: 'overrides: {}\n' });

  it('is upstream if the master supports it now', () => {
    const plan = planOver([wanted], [before], [before], { unsupported: ['worker.envDut'] });
    expect(plan.changes.map(({ verb, cause, fields }) => [verb, cause, fields[0]?.cause])).toEqual([
      ['update', 'upstream', 'upstream'],
    ]);
  });

  it('counts as this change next to a change of the lab, and if the release always supported it', () => {
    const both = worker('w1', { description: 'y', envDut: 'overrides: {}\n' });
    const plan = planOver([both], [before], [before], { unsupported: ['worker.envDut'] });
    expect(plan.changes.map(({ cause, fields }) => [cause, fields.map((field) => field.cause)])).toEqual([
      ['this change', ['this change', 'upstream']],
    ]);
    expect(planOver([wanted], [before], [before], {}).changes[0]?.cause).toBe('this change');
  });

  it('stays unmanaged on objects that lavaflow did not create', () => {
    const plan = planOver([wanted], [], [before], { unsupported: ['worker.envDut'] });
    expect(plan.changes[0]?.cause).toBe('unmanaged');
  });
});
