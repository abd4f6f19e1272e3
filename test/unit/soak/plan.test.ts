import { describe, expect, test } from 'vitest';

import { parseYaml } from '../../../src/pyyaml/index.js';
import { definitionOf } from '../../bench/soak/jobs.js';
import {
  describe as inWords,
  disturbanceKinds,
  jobKinds,
  planJob,
  planSteps,
  subjectOf,
  type Step,
} from '../../bench/soak/plan.js';

function first(count: number, steps: Generator<Step>): Step[] {
  return Array.from({ length: count }, () => steps.next().value as Step);
}

describe('the plan of a soak run', () => {
  test('is a function of the seed', () => {
    expect(first(50, planSteps(7))).toEqual(first(50, planSteps(7)));
    expect(first(50, planSteps(7))).not.toEqual(first(50, planSteps(8)));
    expect(planJob(7, 3)).toEqual(planJob(7, 3));
  });

  test('contains every kind of disturbance, and every kind of job', () => {
    const done = first(300, planSteps(1)).flatMap(({ disturbances }) => disturbances);
    expect(new Set(done.map(({ kind }) => kind))).toEqual(new Set(disturbanceKinds));
    const jobs = Array.from({ length: 100 }, (_item, index) => planJob(1, index + 1).kind);
    expect(new Set(jobs)).toEqual(new Set(jobKinds));
  });

  test('never disturbs the same subject twice at the same time', () => {
    for (const { disturbances } of first(300, planSteps(1))) {
      expect(new Set(disturbances.map(subjectOf)).size).toBe(disturbances.length);
    }
  });

  test('is limited to the kinds that are asked for', () => {
    const done = first(50, planSteps(1, ['kill', 'edit'])).flatMap(({ disturbances }) => disturbances);
    expect(new Set(done.map(({ kind }) => kind))).toEqual(new Set(['kill', 'edit']));
  });

  test('prints a disturbance with its parameters', () => {
    expect(inWords({ kind: 'kill-job', process: 'both', pick: 0.12345 })).toBe(
      'kill-job process=both pick=0.123',
    );
  });

  test('makes job definitions that are YAML', () => {
    for (const kind of jobKinds) {
      const text = definitionOf({ number: 1, kind, ticks: 45, cancelAfterMs: 0 });
      expect(parseYaml(text)).toMatchObject({ ok: true, value: { job_name: `soak 1 ${kind}` } });
      expect(text.match(/echo tick \d+ of 45/g)).toHaveLength(45);
    }
  });
});
