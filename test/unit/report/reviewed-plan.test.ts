/** The plan that a comment carries: what changed since, whether it matters, and how two jobs share one comment. */
import { describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import type { Plan } from '../../../src/plan/index.js';
import {
  compareWithReviewed,
  describeComparison,
  planLine,
  planSection,
  planSectionsOf,
  readPlanLine,
  reviewedPlanOf,
  withPlanSection,
} from '../../../src/report/index.js';
import { dangersIn } from '../../support/comment-dangers.js';
import { hostileTexts } from '../../support/hostile-texts.js';
import { worker } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

const head = 'a'.repeat(40);
const w = (name: string, description: string) => worker(name, { description });
const lab = [w('w1', 'new'), w('w2', 'old')];
const old = [w('w1', 'old'), w('w2', 'old')];

function plan(master: readonly ConfigurationObject[], record: readonly ConfigurationObject[] = old): Plan {
  return planOf({ lab, master, record });
}

const reviewed = reviewedPlanOf(plan(old));
const compare = (now: Plan) => compareWithReviewed(reviewed, now);

describe('the plan of an apply', () => {
  it('is the reviewed one', () => {
    expect(compare(plan(old))).toMatchObject({ state: 'same', different: [] });
  });

  it('does not matter if something else drifted', () => {
    const now = compare(plan([w('w1', 'old'), w('w2', 'by hand')]));
    expect(now).toMatchObject({ state: 'harmless', different: [], added: ['worker/w2'] });
    expect(describeComparison(now)).toContain('besides what was reviewed: worker/w2');
  });

  it('does not matter if a change is already there', () => {
    const now = compare(plan(lab));
    expect(now).toMatchObject({ state: 'harmless', done: ['worker/w1'] });
  });

  it('matters if it would replace something that was not reviewed', () => {
    const now = compare(plan([w('w1', 'by hand'), w('w2', 'old')]));
    expect(now).toMatchObject({ state: 'stale', different: ['worker/w1'] });
    expect(describeComparison(now)).toContain('not as reviewed: worker/w1');
  });

  it('matters if it would do something else', () => {
    const now = planOf({ lab: [w('w1', 'newer'), w('w2', 'old')], master: old, record: old });
    expect(compare(now)).toMatchObject({ state: 'stale', different: ['worker/w1'] });
  });

  it('is compared as far as a comment can hold, and the rest is counted', () => {
    const many = Array.from({ length: 300 }, (_, index) => worker(`w${index}`));
    const large = planOf({ lab: many });
    const kept = reviewedPlanOf(large);
    expect(planLine('main', head, kept).length).toBeLessThan(20_000);
    expect(compareWithReviewed({ ...kept, fingerprint: 'other' }, large)).toMatchObject({
      state: 'harmless',
      added: [],
      unknown: 100,
    });
  });
});

describe('a comment', () => {
  const section = planSection(plan([w('w1', 'old'), w('w2', 'by hand')]), head, []);
  const comment = '<!-- lavaflow review -->\n### Review\n\n#### Effect\n\n#### Not checked\n\n- a\n';

  it('carries the plan of one master and commit', () => {
    expect(readPlanLine(`x\n${planLine('a-b', head, reviewed)}\ny`, 'a-b', head)).toEqual(reviewed);
    expect(readPlanLine(planLine('main', head, reviewed), 'main', 'b'.repeat(40))).toBeNull();
    expect(readPlanLine(planLine('main', head, reviewed), 'other', head)).toBeNull();
    expect(readPlanLine(` ${planLine('main', head, reviewed)}`, 'main', head)).toBeNull();
    expect(
      readPlanLine(planLine('main', head, reviewed).replace(/ \S+ -->$/, ' e30= -->'), 'main', head),
    ).toBeNull();
    expect(
      readPlanLine(planLine('main', head, reviewed).replace(/ \S+ -->$/, ' xx -->'), 'main', head),
    ).toBeNull();
  });

  it('gets the plan before what was not checked, once for each master', () => {
    const once = withPlanSection(comment, section);
    expect(once.indexOf('#### Effect')).toBeLessThan(once.indexOf('#### Plan for'));
    expect(once.indexOf('#### Plan for')).toBeLessThan(once.indexOf('#### Not checked'));
    expect(once).toContain('1 object drifted, which this change did not cause');
    expect(withPlanSection(once, section)).toBe(once);
    const other = planSection({ ...plan(old), master: 'other' }, head, []);
    expect(withPlanSection(once, other).match(/#### Plan for/g)).toHaveLength(2);
  });

  it('keeps the plans of its own commit when the review is written again', () => {
    const once = withPlanSection(comment, section);
    expect(withPlanSection(comment, planSectionsOf(once, head))).toBe(once);
    expect(planSectionsOf(once, 'b'.repeat(40))).toBe('');
  });

  it('cannot be used against its readers', () => {
    for (const text of hostileTexts) {
      const hostile = { ...plan([w('w1', 'old'), w('w2', 'x')]), remarks: [text], master: text };
      const shown = planSection(hostile, head, []).replaceAll(
        /^<!-- lavaflow (reviewed|end of) \S+( \S+ \S+)? -->$/gm,
        '',
      );
      expect(dangersIn(shown)).toEqual([]);
    }
    const secret = { ...plan(old), remarks: ['the token hunter2'] };
    expect(planSection(secret, head, ['hunter2'])).not.toContain('hunter2');
  });
});
