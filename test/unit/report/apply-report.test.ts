/** What an apply shows on GitHub: the status of each master, and the comment on a pull request. */
import { describe, expect, it } from 'vitest';

import {
  applyMarker,
  formatApplyMarkdown,
  needsAttention,
  pendingStatus,
  statusOfApply,
  type AppliedReport,
} from '../../../src/report/index.js';
import { dangersIn } from '../../support/comment-dangers.js';
import { hostileTexts } from '../../support/hostile-texts.js';

const commit = '3f2a90b1c4de'.padEnd(40, '0');

function report(more: Partial<AppliedReport> = {}): AppliedReport {
  return {
    master: 'main',
    result: 'applied',
    changes: 0,
    why: null,
    problems: [],
    isSuspended: false,
    hasErrors: false,
    comparison: [],
    now: null,
    secrets: ['hunter2'],
    ...more,
  };
}

const format = (...masters: readonly AppliedReport[]) =>
  formatApplyMarkdown({ commit, url: 'https://github.example.org/o/r/actions/runs/1', masters });

describe('the status of a master', () => {
  it.each<[Partial<AppliedReport>, string, string]>([
    [{}, 'success', 'applied 3f2a90b1c4de: no changes'],
    [{ changes: 1 }, 'success', 'applied 3f2a90b1c4de: 1 change'],
    [{ changes: 3, why: '1 object drifted' }, 'success', 'applied 3f2a90b1c4de: 3 changes; 1 object drifted'],
    [{ result: 'refused', why: 'a limit' }, 'failure', 'refused 3f2a90b1c4de: a limit'],
    [{ result: 'incomplete', why: '1 failed' }, 'failure', 'applied 3f2a90b1c4de in part: 1 failed'],
    [{ result: 'failed', problems: ['no route'] }, 'error', 'could not apply 3f2a90b1c4de: no route'],
    [
      { result: 'failed', problems: ['hunter2 --token abcd\n'] },
      'error',
      'could not apply 3f2a90b1c4de: [secret] --token [secret]\\u000a',
    ],
  ])('%j is %s: %s', (more, state, description) => {
    expect(statusOfApply(commit, report(more))).toEqual({ state, description });
    expect(needsAttention(report(more))).toBe(state !== 'success');
  });

  it('is never longer than GitHub accepts, and ends with a whole character', () => {
    for (const length of [100, 101, 102, 103]) {
      const problems = ['x'.repeat(length) + '😀'.repeat(100)];
      const { description } = statusOfApply(commit, report({ result: 'failed', problems }));
      expect(description.length).toBeLessThanOrEqual(140);
      expect(description).toMatch(/(x|😀)…$/u);
    }
  });

  it('is pending while it runs', () => {
    expect(pendingStatus(commit)).toEqual({ state: 'pending', description: 'applying 3f2a90b1c4de' });
  });
});

describe('the comment', () => {
  it('lists all masters, the reasons, and what to do about each kind', () => {
    const text = format(
      report({ master: 'one', changes: 2 }),
      report({
        master: 'two',
        result: 'refused',
        why: 'nothing was applied: a safety limit',
        problems: ['too many'],
      }),
      report({ master: 'three', result: 'incomplete', hasErrors: true, why: 'the lab has errors' }),
      report({ master: 'four', result: 'failed', problems: ['no route'] }),
    );
    for (const line of [
      '### Apply of <code>3f2a90b1c4de</code>',
      '- <code>one</code>: ✓ applied (2 changes)',
      '- <code>two</code>: ✗ refused: nothing was applied&#58; a safety limit (no changes)',
      '  - too many',
      '- Refused: ',
      '- The lab has errors: ',
      '- Failed: ',
      'Run: https://github.example.org/o/r/actions/runs/1',
    ])
      expect(text).toContain(line);
  });

  it('advises only about what happened', () => {
    const text = format(report({ result: 'incomplete', hasErrors: true, why: 'the lab has errors' }));
    expect(text).toContain('- The lab has errors: ');
    expect(text).not.toMatch(/- Refused|- Failed/);
    expect(format(report())).not.toContain('What to do');
    const suspended = format(report({ result: 'refused', isSuspended: true }));
    expect(suspended).toContain('- Suspended: ');
    expect(suspended).not.toContain('--force');
  });

  it('is found again by a marker that no master can leave, one for each choice of masters', () => {
    expect(applyMarker(undefined)).toBe('<!-- lavaflow apply -->');
    expect(applyMarker('a-b -->')).toBe('<!-- lavaflow apply a%2Db%20%2D%2D%3E -->');
  });

  it('cannot be used against its readers', () => {
    for (const text of hostileTexts) {
      const hostile = { master: text, why: text, problems: [text] };
      const comment = format(
        report({ ...hostile, result: 'failed' }),
        report({ ...hostile, result: 'refused' }),
      );
      expect(dangersIn(comment)).toEqual([]);
    }
    expect(format(report({ result: 'failed', problems: ['see hunter2'] }))).not.toContain('hunter2');
  });

  it('has a limited length, and counts what it leaves out', () => {
    const problems = Array.from({ length: 1_000 }, (_, index) => `${index} ${'@'.repeat(400)}`);
    const masters = Array.from({ length: 50 }, (_, index) =>
      report({ master: `m-${index}`, result: 'failed', problems }),
    );
    const text = format(...masters);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('- Failed: ');
    expect(text).toMatch(/_Left out: \d+ lines, which are in the log of the run\._/);
    expect(
      format(report({ result: 'failed', problems: problems.slice(0, 40).map((_, i) => `${i}`) })),
    ).toContain('10 more problems');
  });
});
