import { expect, it } from 'vitest';
import { keyOf, type AppliedRecord, type ConfigurationObject } from '../../../src/model/index.js';
import { digestFields, exitCodeOf, makePlan, noConsents } from '../../../src/plan/index.js';
import { desiredMaster, policy, template, worker } from '../../support/desired.js';

const there = [template('gone'), worker('w1', { env: 'a: 1\n' }), worker('w2', { env: null })];
const lab: ConfigurationObject[] = [worker('w1', { env: null }), worker('w2', { env: null })];
const record: AppliedRecord = {
  master: 'main',
  repository: '/lab',
  revision: 'r0',
  fingerprint: 'f',
  appliedAt: '2026-01-01T00:00:00.000Z',
  objects: new Map(there.map((object) => [keyOf(object), digestFields(object)])),
  retired: new Set(),
};

it('a file that the release cannot delete is reported as unsupported, and never pending', () => {
  const plan = makePlan({
    desired: desiredMaster(lab),
    observed: {
      software: 'lava',
      release: '2021.12',
      objects: new Map(there.map((object) => [keyOf(object), object])),
      unreadable: [],
      unsupported: new Set(),
      undeletable: new Set(['template.text', 'worker.env']),
      builtIn: new Set(),
    },
    lastApplied: record,
    policy,
    mode: 'enforce',
    consents: { ...noConsents, allowDelete: 'all' },
    repository: '/lab',
    revision: 'r1',
    targetUrl: 'http://master.example',
  });
  expect(plan.changes.map(({ key, verb, hold, reason }) => [verb, key, hold, reason])).toEqual([
    ['report', 'template/gone', 'unsupported', 'it left the lab; deleting it is unsupported on LAVA 2021.12'],
    ['report', 'worker/w1', 'unsupported', 'unsupported on LAVA 2021.12'],
  ]);
  expect(exitCodeOf(plan)).toBe(0);
});
