import { expect, it } from 'vitest';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { verdictOfPlan } from '../../../src/plan/index.js';
import { template, worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

const there = [template('gone'), worker('w1', { env: 'a: 1\n' }), worker('w2', { env: null })];
const lab: ConfigurationObject[] = [worker('w1', { env: null }), worker('w2', { env: null })];
it('a file that the release cannot delete is reported as unsupported, and never pending', () => {
  const plan = planOf({
    lab,
    master: there,
    view: { release: '2021.12', undeletable: new Set(['template.text', 'worker.env']) },
    consents: { allowDelete: 'all' },
  });
  expect(plan.changes.map(({ key, verb, hold, reason }) => [verb, key, hold, reason])).toEqual([
    ['report', 'template/gone', 'unsupported', 'it left the lab; deleting it is unsupported on LAVA 2021.12'],
    ['report', 'worker/w1', 'unsupported', 'unsupported on LAVA 2021.12'],
  ]);
  expect(verdictOfPlan(plan).code).toBe(0);
});
