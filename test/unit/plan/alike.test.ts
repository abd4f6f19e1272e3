import { describe, expect, it } from 'vitest';

import {
  formatDriftMarkdown,
  formatDriftText,
  formatPlanMarkdown,
  formatPlanText,
} from '../../../src/plan/index.js';
import { smallLab } from '../../support/lab/desired.js';
import { planOf } from '../../support/lab/plan-of.js';

/** A plan for the given number of boards on a master whose list of devices cannot be read. */
function planUnread(boards: number) {
  const objects = smallLab(boards);
  return planOf({
    lab: objects,
    master: objects.filter(({ kind }) => kind !== 'device'),
    record: objects,
    view: { unreadable: [{ kind: 'device', reason: 'HTTP 502' }] },
  });
}

describe('the reason for which many objects are kept', () => {
  it('is printed once, with some of their names', () => {
    const plan = planUnread(40);
    expect(plan.counts.keep).toBe(40);
    const text = formatPlanText(plan, { color: false, diffs: true });
    expect(text.match(/HTTP 502/g)).toHaveLength(1);
    expect(text).toMatch(/ {2}= keep {3}40 devices: .*HTTP 502\n {6}board-1, .* and 30 more\n/);
    const markdown = formatPlanMarkdown(plan);
    expect(markdown.match(/HTTP 502/g)).toHaveLength(1);
    expect(markdown).toContain('40 devices');
  });

  it('is also printed for drift, which is then not reported as none', () => {
    const plan = planUnread(40);
    const text = formatDriftText({ plan, items: [] }, { color: false, diffs: true });
    expect(text).toMatch(/ {4}keep 40 devices: .*HTTP 502 \(board-1, .* and 30 more\)\n/);
    expect(text).toMatch(/\nNo drift found; 40 could not be read completely\.\n$/);
    expect(formatDriftMarkdown({ plan, items: [] }).match(/HTTP 502/g)).toHaveLength(1);
  });

  it('is printed for each of a few objects', () => {
    const text = formatPlanText(planUnread(3), { color: false, diffs: true });
    expect(text.match(/= keep {3}device\/board-\d: .*HTTP 502/g)).toHaveLength(3);
  });
});
