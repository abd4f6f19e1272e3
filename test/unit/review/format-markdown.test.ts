import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { annotationsOf, formatReviewMarkdown, type Review } from '../../../src/review/index.js';
import { dangersIn } from '../../support/comment-dangers.js';
import { hostileTexts } from '../../support/hostile-texts.js';
import { reviewOf } from '../../support/lab/review-of.js';
import { smallLab } from '../../support/lab/small-lab.js';

const limit = 65_536;
const counts = { create: 0, update: 1, adopt: 0, retire: 0, delete: 0, keep: 0, report: 0 };

/** Reviews of any size whose texts are hostile. */
const reviews: fc.Arbitrary<Review> = fc
  .record({
    text: fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 400 })),
    many: fc.constantFrom(0, 1, 3, 300, 5_000),
    masterCount: fc.constantFrom(0, 1, 3, 30),
  })
  .map(({ text, many, masterCount }) => {
    const numbered = Array.from({ length: many }, (_, index) => `${text} ${index}`);
    return {
      base: 'a'.repeat(40),
      rulesFrom: 'a'.repeat(40),
      head: 'b'.repeat(40),
      verdict: { code: 2, text },
      approvals: [
        {
          site: text,
          owners: numbered.slice(0, 10),
          reasons: numbered.map((why) => ({ why, what: numbered.slice(0, 20) })),
        },
      ],
      hazards: [],
      findings: {
        new: numbered.map((message) => ({
          code: 'x',
          severity: 'error' as const,
          message,
          place: { file: text, line: 1, column: 1 },
          hint: text,
        })),
        existing: [],
      },
      conflicts: numbered.map((resource) => ({
        kind: 'serial port' as const,
        resource,
        devices: [text],
        with: numbered.slice(0, 20),
        other: { name: text, revision: 'c'.repeat(40) },
      })),
      masters: Array.from({ length: masterCount }, (_, index) => ({
        master: `main-${index}`,
        counts,
        changes: numbered.slice(0, 50).map((name) => ({
          key: `device/${name}` as const,
          verb: 'update' as const,
          fields: ['dictionary'],
          reason: name,
        })),
        rendered: numbered.slice(0, 40).map((name) => ({
          kind: 'changes' as const,
          cause: 'this change' as const,
          devices: [name, String(index)],
          count: 2,
          diff: ['@@ -1 +1 @@', `-${text}`, ...text.split('\n').map((line) => `+${line}`)],
          reason: text,
        })),
      })),
      rules: numbered,
      notChecked: ['the masters themselves', text],
    };
  });

describe('a review as a comment', () => {
  it('is never longer than GitHub accepts, and never harmful', () => {
    fc.assert(
      fc.property(reviews, (review) => {
        const comment = formatReviewMarkdown(review);
        expect(comment.length).toBeLessThanOrEqual(limit);
        expect(dangersIn(comment)).toEqual([]);
        expect(comment.startsWith('<!-- lavaflow review -->\n### Review of ')).toBe(true);
        const { approvals, masters } = review;
        if ((approvals[0]?.reasons.length ?? 0) >= 5_000) expect(comment).toContain('_Left out because');
        if (masters.length === 0) expect(comment).not.toContain('Effect on');
      }),
      { numRuns: 25 },
    );
  });

  it('shows a change of 5,000 devices once, with a count and a folded diff', () => {
    const review = reviewOf(smallLab, { 'device-types/lonely.jinja2': 'parameters: {x: 2}\n' });
    const [first, ...others] = review.masters;
    const devices = Array.from({ length: 5_000 }, (_, index) => `board-${index}`);
    const rendered = (first?.rendered ?? []).map((one) => ({ ...one, devices, count: devices.length }));
    const masters = first === undefined ? [] : [{ ...first, rendered }, ...others];
    const comment = formatReviewMarkdown({ ...review, masters });
    expect(comment).toContain(
      '<details><summary>5000 devices change in the same way: <code>board-0, board-1',
    );
    expect(comment).toContain('\n-parameters: {x: 1}\n+parameters: {x: 2}\n');
    expect(comment).not.toContain('_Left out');
    expect(comment.length).toBeLessThan(4_000);
  });

  it('leaves out the least important parts first, and counts them', () => {
    const review = reviewOf(smallLab, { 'workers/w2/worker.yaml': 'kind: Worker\nsite: there\nother: 1\n' });
    const [finding] = review.findings.new;
    const many = finding === undefined ? [] : Array.from({ length: 2_000 }, () => finding);
    const comment = formatReviewMarkdown({ ...review, findings: { new: many, existing: [] } });
    expect(comment.length).toBeLessThanOrEqual(limit);
    expect([...comment.matchAll(/^#### ([A-Za-z ]+)/gm)].map(([, title]) => title?.trim())).toEqual([
      'To be approved by',
      'New findings',
      'Effect on',
      'Effect on',
      'Not checked',
    ]);
    expect(comment).toMatch(
      /_Left out because a comment has a limited length: \d+ findings\. JSON has all of it\._\n$/,
    );
  });
});

describe('annotations', () => {
  it('are the new findings, at their places', () => {
    const review = reviewOf(smallLab, { 'workers/w2/worker.yaml': 'kind: Worker\nsite: there\nother: 1\n' });
    expect(annotationsOf(review)).toEqual([
      {
        path: 'workers/w2/worker.yaml',
        line: 3,
        column: 1,
        level: 'failure',
        title: 'yaml-unknown-key',
        text: expect.stringContaining('unknown key "other". ') as string,
      },
    ]);
  });
});
