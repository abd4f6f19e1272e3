/** The status of the controller as a page. */
import { Script } from 'node:vm';
import { expect, it, test } from 'vitest';

import type { ControllerStatus } from '../../../src/controller/index.js';
import { statusPage, statusPageFiles, statusPageVersion } from '../../../src/web/index.js';
import { distance } from '../../../src/web/time.js';
import { hostileTexts } from '../../support/hostile-texts.js';
import { controllerStatus, masterStatus, statusTime } from '../../support/status.js';

const minutesLater = (minutes: number) => new Date(statusTime.getTime() + minutes * 60_000);
const pageOf = (status: ControllerStatus, now = statusTime) => statusPage(status, now);

/** What a person reads, in one line. */
function textOf(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}

it('shows that all is well', () => {
  const text = textOf(pageOf(controllerStatus()));
  expect(text).toContain('All is well: 1 master');
  expect(text).toContain('main https://lava.example.org ● idle 2 h ago 2026-01-31 10:00:00 UTC');
  expect(text).toContain('desired r2 applied r2 confirmed 50 s ago 2026-01-31 12:00:10 UTC');
  expect(text).toContain('compares again in 4 min');
});

it('shows everything about a master that needs attention, before the others', () => {
  const text = textOf(
    pageOf(
      controllerStatus({
        masters: {
          a: masterStatus(),
          z: masterStatus({
            state: 'waiting',
            lastApplied: { revision: 'r1', at: '2026-01-31T11:59:00.000Z' },
            counts: { create: 0, update: 2, adopt: 0, retire: 0, delete: 0, keep: 9, report: 1 },
            drift: ['device/board-1'],
            driftSince: { 'device/board-1': '2026-01-31T08:00:00.000Z' },
            waiting: ['device/board-4: from 22:00 on'],
            nextWindowAt: '2026-01-31T22:00:00.000Z',
            contested: ['device/board-2 tags: changed back 3 times'],
            problems: ['update device/board-3 failed: no such type'],
            error: { message: 'connection refused', retry: 'soon' },
            nextTryAt: '2026-01-31T12:01:20.000Z',
          }),
        },
      }),
    ),
  );
  expect(text).toContain('1 of 2 masters needs attention: 1 waiting, 1 with drift, 1 contested');
  expect(text.indexOf('z https:')).toBeLessThan(text.indexOf('a https:'));
  for (const part of [
    '▲ waiting',
    'applied r1 differs',
    'connection refused',
    'Next try in 20 s',
    'Last plan: 2 to update',
    '1 problem update device/board-3 failed: no such type',
    '1 contested device/board-2 tags: changed back 3 times',
    '1 waiting for a maintenance window device/board-4: from 22:00 on',
    'Next window at in 9 h 2026-01-31 22:00:00 UTC',
    '1 object changed on the master, the oldest 4 h ago',
    'device/board-1 4 h ago 2026-01-31 08:00:00 UTC',
  ])
    expect(text).toContain(part);
});

it('shows what a master does now', () => {
  const status = controllerStatus({ masters: { main: masterStatus({ state: 'reconciling' }) } });
  expect(textOf(pageOf(status))).toContain('◐ reconciling');
  expect(textOf(pageOf(status))).toContain('Comparing with r2');
});

it('shows findings with their place, errors first', () => {
  const finding = { message: 'is not known', place: { file: 'a.yaml', line: 3, column: 7 } };
  const text = textOf(
    pageOf(
      controllerStatus({
        state: 'invalid',
        findings: [
          { ...finding, code: 'one', severity: 'warning' },
          { ...finding, code: 'two', severity: 'error', hint: 'Remove it.' },
        ],
      }),
    ),
  );
  expect(text).toContain('The lab has 1 error');
  expect(text).toContain(
    '1 error, 1 warning ■ error a.yaml:3:7 is not known two Remove it. ▲ warning a.yaml:3:7',
  );
});

it.each([
  ['unreadable', 'The lab cannot be read: every master keeps its state'],
  ['unusable', 'The lab cannot be used: every master keeps its state'],
  ['reading', 'The lab is being read'],
  ['following', 'Another controller leads: it is not known which one'],
] as const)('shows a lab that is %s', (state, text) => {
  const error = { message: 'the branch is gone', retry: 'soon' } as const;
  const page = textOf(pageOf(controllerStatus({ state, error })));
  expect(page).toContain(text);
  expect(page).toContain('the branch is gone');
  expect(page).not.toContain('All is well');
});

test('a master that was not confirmed in time is late, also if nothing else changes', () => {
  const status = controllerStatus();
  expect(pageOf(status, minutesLater(8))).toContain('All is well');
  expect(statusPageVersion(status, minutesLater(8))).toBe(statusPageVersion(status, statusTime));
  const late = textOf(pageOf(status, minutesLater(14)));
  expect(late).toContain('1 not confirmed in time');
  expect(late).toContain('confirmed 14 min ago 2026-01-31 12:00:10 UTC late');
  expect(statusPageVersion(status, minutesLater(14))).not.toBe(statusPageVersion(status, statusTime));
});

test('a suspended master is not late, and shows who suspended it', () => {
  const unconfirmedSince = '2026-01-31T10:00:00.000Z';
  const suspension = {
    ...{ master: 'main', owner: '@ada', reason: 'Power work', since: unconfirmedSince },
    until: '2026-02-01T12:01:00.000Z',
  };
  const masters = { main: masterStatus({ state: 'suspended', unconfirmedSince, suspension }) };
  const text = textOf(pageOf(controllerStatus({ masters })));
  expect(text).toContain('All is well');
  expect(text).toContain('○ suspended');
  expect(text).toContain('Suspended until in 24 h 2026-02-01 12:01:00 UTC by @ada: Power work');
});

test('a master that is off is not late', () => {
  const masters = { main: masterStatus({ state: 'off', unconfirmedSince: '2026-01-31T10:00:00.000Z' }) };
  expect(pageOf(controllerStatus({ masters }))).toContain('All is well');
});

it('shows what it does not know: incidents, windows, suspensions', () => {
  const status = {
    ...controllerStatus(),
    suspensions: [{ master: 'main', until: '2026-02-01T12:00:00.000Z', reason: 'Power work' }],
    incidents: [],
    isLeading: true,
    masters: {
      main: { ...masterStatus(), nextWindow: { startsAt: '2026-01-31T13:01:00.000Z', drains: true } },
    },
  };
  const text = textOf(pageOf(status));
  expect(text).toContain('Suspensions master main until in 23 h 2026-02-01 12:00:00 UTC reason Power work');
  expect(text).toContain('Is leading yes');
  expect(text).toContain('Next window starts at in 60 min 2026-01-31 13:01:00 UTC drains yes');
  expect(text).not.toContain('Incidents');
});

test('no text leaves its place, and hidden characters are shown', () => {
  const known = shapeOf(pageOf(hostileStatus('plain')));
  for (const text of [...hostileTexts, '"><b onload=x>', "' onclick='x", '__proto__', '${x}', '{{x}}']) {
    const page = pageOf(hostileStatus(text));
    // The same elements and attributes, whatever the text is.
    expect(shapeOf(page), JSON.stringify(text.slice(0, 80))).toEqual(known);
    expect(page).not.toMatch(/[\p{Bidi_Control}\p{Zl}\u200B\p{Cs}]|(?!\n)\p{Cc}/u);
  }
});

function hostileStatus(text: string): ControllerStatus {
  const master = masterStatus({
    url: text,
    state: 'failed',
    revision: text,
    lastApplied: { revision: `${text} `, at: text },
    drift: [`device/${text}`],
    driftSince: { [`device/${text}`]: text },
    contested: [text],
    problems: [text],
    error: { message: text, retry: 'soon' },
  });
  return {
    ...controllerStatus({
      repository: `/${text.replaceAll('/', '')}`,
      revision: text,
      error: { message: text, retry: 'soon' },
      findings: [
        {
          code: text,
          severity: 'error',
          message: text,
          hint: text,
          place: { file: text, line: 1, column: 1 },
        },
      ],
    }),
    masters: Object.fromEntries([[text, master]]),
    ...{ others: [text, { key: text }] },
  };
}

/** Elements and the names of their attributes, in order. */
function shapeOf(page: string): string[] {
  return (page.match(/<[^>]*>/g) ?? []).map((tag) =>
    tag.replaceAll(/="[^"]*"/g, '=""').replaceAll(/\s+/g, ' '),
  );
}

test('the page of 50 masters with 1,000 drifted objects and 5,000 findings is bounded', () => {
  const drift = Array.from({ length: 20 }, (_, index) => `device/board-${index}` as const);
  const driftSince = Object.fromEntries(drift.map((key) => [key, '2026-01-31T08:00:00.000Z']));
  const names = Array.from({ length: 50 }, (_, index) => `master-${index}`);
  const findings = Array.from({ length: 5_000 }, (_, index) => ({
    ...({ code: 'a-code', severity: 'error', message: 'the message of the finding' } as const),
    place: { file: `device-dictionaries/board-${index}.jinja2`, line: 1, column: 1 },
  }));
  const masters = (perMaster: Partial<ReturnType<typeof masterStatus>>) =>
    Object.fromEntries(names.map((name) => [name, masterStatus(perMaster)]));
  const page = pageOf(controllerStatus({ findings, masters: masters({ drift, driftSince }) }));
  expect(page.length).toBeLessThan(600_000);
  expect(page.match(/device\/board-/g)).toHaveLength(1_000);
  expect(textOf(page)).toContain('4800 more findings: see status.json');
  // Long lists are folded.
  expect(page).not.toContain('<details open');
  const many = Array.from({ length: 1_000 }, (_, index) => `device/board-${index}` as const);
  const worst = pageOf(
    controllerStatus({ findings, masters: masters({ drift: many, problems: many, contested: many }) }),
  );
  expect(worst.length).toBeLessThan(1_200_000);
  expect(textOf(worst)).toContain('800 more objects: see status.json');
});

test('the script is valid, and contains only what it may load', () => {
  const { text } = statusPageFiles['/status.js'] ?? { text: '' };
  expect(() => new Script(text)).not.toThrow();
  const files = Object.values(statusPageFiles).map((file) => file.text);
  for (const file of [...files, pageOf(controllerStatus({ masters: {} }))])
    expect(file.replaceAll(/http:\/\/www.w3.org\/2000\/svg|https:\/\/git\.example\.org\S*/g, '')).not.toMatch(
      /https?:|style=|\son[a-z]+=|@import|url\(/,
    );
});

test.each([
  [0, 'now'],
  [1000, '1 s ago'],
  [119_000, '119 s ago'],
  [120_000, '2 min ago'],
  [14 * 60_000 + 5000, '14 min ago'],
  [7_200_000, '2 h ago'],
  [-20_000, 'in 20 s'],
  [172_800_000, '2 d ago'],
])('%i ms is %j', (ms, text) => {
  expect(distance(ms)).toBe(text);
});
