/** The issue about the drift of a master. */
import { describe, expect, it } from 'vitest';

import type { ConfigurationObject, DriftModeRule, ObservedMaster } from '../../../src/model/index.js';
import { dateDrift, driftItems, type Drift } from '../../../src/plan/index.js';
import { driftIssue } from '../../../src/report/index.js';
import { device } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

const about = {
  owners: ['@keeper', '@org/berlin'],
  secrets: ['hunter2'],
  hasErrors: false,
  memo: { drift: '0'.repeat(16) },
};
const board = (tags: readonly string[]) => device('board-1', { tags: [...tags] });

function driftOf(
  lab: readonly ConfigurationObject[],
  master: readonly ConfigurationObject[],
  more: { readonly modes?: readonly DriftModeRule[]; readonly view?: Partial<ObservedMaster> } = {},
): Drift {
  const plan = planOf({
    lab,
    record: lab,
    master,
    view: more.view ?? {},
    mode: 'warn',
    rules: { modes: more.modes ?? [] },
  });
  return { plan, items: dateDrift(driftItems(plan), plan, [], '2026-01-31T12:00:00.000Z').items };
}

const drifted = driftOf([board(['a'])], [board(['a', 'b'])]);

it('is open while something drifted, with what drifted, since when, and what to do', () => {
  const issue = driftIssue(drifted, about);
  expect(issue).toMatchObject({
    state: 'open',
    title: `Drift on ${drifted.plan.master}`,
    assignees: ['keeper'],
  });
  expect(issue.body).toContain('| medium | <code>device/board-1</code> | tags | 2026-01-31 12:00 UTC |');
  expect(issue.body).toContain('- [ ] **Accept** it');
  expect(issue.body).toContain('Owners: @keeper, @org/berlin');
  expect(issue.body.startsWith(`${issue.marker}\n`)).toBe(true);
});

it('is the same text for the same drift', () => {
  expect(driftIssue(driftOf([board(['a'])], [board(['a', 'b'])]), about)).toEqual(driftIssue(drifted, about));
});

describe('is closed', () => {
  it('when nothing drifts', () => {
    const issue = driftIssue(driftOf([board(['a'])], [board(['a'])]), about);
    expect(issue.state).toBe('closed');
    expect(issue.body).toContain('Nothing drifts any more.');
  });

  it('when all that drifts is only observed', () => {
    const modes = [{ path: 'device/*/tags', mode: 'observe' }] as const;
    expect(driftIssue(driftOf([board(['a'])], [board([])], { modes }), about).state).toBe('closed');
  });
});

describe('stays as it is', () => {
  it('when a part of the master could not be read', () => {
    const view = { unreadable: [{ kind: 'device', reason: 'HTTP 403' }] } as const;
    expect(driftIssue(driftOf([board(['a'])], [], { view }), about).state).toBe('as it is');
  });

  it('when the lab has errors', () => {
    const clean = driftOf([board(['a'])], [board(['a'])]);
    expect(driftIssue(clean, { ...about, hasErrors: true }).state).toBe('as it is');
  });
});

it('mentions nobody but owners, masks secrets, and has a limited length', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `device-${index}`);
  const lab = many.map((name) => device(name, { description: 'x' }));
  const master = many.map((name) => device(name, { description: `@everyone hunter2 ${'long '.repeat(20)}` }));
  const { body } = driftIssue(driftOf(lab, master), { ...about, owners: ['@keeper', '@a b', 'x@y', '@-->'] });
  expect(body.length).toBeLessThan(65_536);
  expect(body.replaceAll(/```[^]*?```/g, '')).not.toMatch(/@everyone|hunter2/);
  expect(body).toContain('Owners: @keeper\n');
});
