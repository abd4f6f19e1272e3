/** The check boxes of the issue about drift, and what it remembers. */
import { describe, expect, it } from 'vitest';

import { formatRequests, memoFor, readRequests, type DriftMemo } from '../../../src/report/index.js';

const now = new Date('2026-12-01T12:00:00Z');
const at = '2026-12-01T10:00:00.000Z';
const drift = 'abcdef0123456789';
const memo: DriftMemo = {
  drift,
  accept: { at, by: ['keeper'], text: 'it is drift until it is merged', pull: 12 },
  revert: { at, by: ['keeper'], text: 'refused: a @team <b>limit</b>' },
  snooze: { until: '2026-12-08T10:00:00.000Z', by: ['keeper'] },
};
const none = { accept: false, revert: false, snoozeDays: null };
const text = formatRequests(memo, true).join('\n');
const check = (body: string, ...kinds: readonly string[]) =>
  kinds.reduce(
    (before, kind) => before.replace(new RegExp(`\\[ \\](.*<!-- lavaflow ${kind} -->)`), '[x]$1'),
    body,
  );

describe('an issue', () => {
  it('remembers what became of requests, and shows it', () => {
    expect(readRequests(text)).toEqual({ memo, requests: none });
    expect(text).toContain(
      '- **Accepting**, 2026-12-01 10:00 UTC, requested by <code>keeper</code>: #12: it is drift until',
    );
    expect(text).toContain('- **Snoozed** until 2026-12-08 10:00 UTC');
    expect(text).not.toMatch(/@team|<b>/);
  });

  it('remembers it without boxes when it is closed', () => {
    const closed = formatRequests({ drift }, false).join('\n');
    expect(readRequests(closed)).toEqual({ memo: { drift }, requests: none });
    expect(closed).not.toContain('[ ]');
  });

  it.each([
    [['accept'], { ...none, accept: true }],
    [['revert'], { ...none, revert: true }],
    [['snooze-1', 'snooze-30'], { ...none, snoozeDays: 30 }],
    [['accept', 'snooze-7'], { ...none, accept: true, snoozeDays: 7 }],
  ])('requests %j by checked boxes', (kinds, requests) => {
    expect(readRequests(check(text, ...kinds))?.requests).toEqual(requests);
  });

  it('may be edited around the boxes, and stored with other line ends', () => {
    const edited = `I looked.\n${check(text, 'revert').replace('- [x] ', '- [X] mine: ')}\nDone.`;
    expect(readRequests(edited.replaceAll('\n', '\r\n'))?.requests).toEqual({ ...none, revert: true });
  });
});

describe('requests nothing', () => {
  it('by a text above the boxes, which can come from a master', () => {
    const forged = `${check(text, 'revert')}\n- [x] revert <!-- lavaflow revert -->`;
    expect(readRequests(`${forged}\n\n${text}`)).toEqual({ memo, requests: none });
  });

  it.each([
    ['is empty', ''],
    ['has no line of lavaflow', text.split('\n').slice(1).join('\n')],
    ['has a box twice', `${text}\n- [x] again <!-- lavaflow revert -->`],
    ['has a damaged line', text.replace(/requests \w/, 'requests !')],
  ])('if it %s', (_what, body) => {
    expect(readRequests(body)).toBeNull();
  });

  it.each([
    ['a digest', { drift: 'x' }],
    ['a time', { drift, snooze: { until: 'tomorrow', by: ['keeper'] } }],
    ['a name', { drift, accept: { ...memo.accept, by: ['@everyone'] } }],
    ['a number', { drift, accept: { ...memo.accept, pull: 'x' } }],
    ['something unknown', { drift, other: 1 }],
    ['a text that is too long', { drift, revert: { ...memo.revert, text: 'x'.repeat(501) } }],
  ])('if what it remembers has not %s, but something else', (_what, forged) => {
    expect(readRequests(formatRequests(forged as unknown as DriftMemo, false).join('\n'))).toBeNull();
  });
});

describe('what is remembered', () => {
  it('is about what drifts now', () => {
    expect(memoFor(drift, memo, now)).toEqual(memo);
    expect(memoFor('0123456789abcdef', memo, now)).toEqual({ drift: '0123456789abcdef' });
    expect(memoFor(drift, null, now)).toEqual({ drift });
  });

  it.each(['2026-12-01T12:00:00.000Z', '2027-06-01T00:00:00.000Z'])(
    'has no snooze that is over, or longer than anybody can request: %s',
    (until) => {
      const { accept, revert } = memo;
      const snoozed = { ...memo, snooze: { until, by: ['keeper'] } };
      expect(memoFor(drift, snoozed, now)).toEqual({ drift, accept, revert });
    },
  );
});
