import { describe, expect, it } from 'vitest';

import { formatPlanMarkdown, formatPlanText, planToJson } from '../../../src/plan/index.js';
import { planOf } from '../../support/lab/plan-of.js';

const remark =
  'the master runs LAVA 2023.01, but lab-config/masters/main.yaml specifies 2026.10: devices are judged by 2023.01 here ' +
  'and by 2026.10 in `validate`; correct `release` in that file';

const remarksOn = (release: string, expected?: number, software: 'lava' | 'lavaflow' = 'lava') =>
  planOf({ view: { release, software }, rules: expected === undefined ? {} : { release: expected } }).remarks;

describe('the release in the file of a master', () => {
  it('is compared with the one that the master runs, in every format', () => {
    const plan = planOf({ rules: { release: 202610 } });
    expect(plan.remarks).toEqual([remark]);
    expect(formatPlanText(plan, { color: false, diffs: false })).toContain(`note: ${remark}`);
    expect(formatPlanMarkdown(plan)).toContain('the master runs LAVA 2023&#46;01, but ');
    expect(planToJson(plan)).toMatchObject({ remarks: [remark] });
  });

  it('is compared by year and month', () => {
    expect(remarksOn('2023.01-2', 202301)).toEqual([]);
    expect(remarksOn('2024.05.0012.g1234abc', 202405)).toEqual([]);
    expect(remarksOn('2024.05.0012.g1234abc', 202301)[0]).toMatch(/^the master runs LAVA 2024\.05, but /);
  });

  it('is the same to devices if lavaflow has the same rules for both', () => {
    expect(remarksOn('2028.01', 202701)).toEqual([
      'the master runs LAVA 2028.01, but lab-config/masters/main.yaml specifies 2027.01: correct `release` in that file',
    ]);
  });

  it('is not compared if the file has none, or the master is an embedded one', () => {
    expect(remarksOn('2026.10')).toEqual([]);
    expect(remarksOn('0.1.0', 202301, 'lavaflow')).toEqual([]);
  });
});
