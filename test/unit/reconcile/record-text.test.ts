/** Stored texts are exactly what was written, or an error that names the place. */
import { describe, expect, it } from 'vitest';

import type { AppliedRecord } from '../../../src/model/index.js';
import {
  driftNotesFromText,
  driftNotesToText,
  intentFromText,
  intentToText,
  recordFromText,
  recordToText,
  type ApplyIntent,
  type DriftNotes,
} from '../../../src/reconcile/index.js';

const digest = 'a'.repeat(64);
const time = '2026-11-30T12:00:00.000Z';
const head = { master: 'main', repository: '/lab', revision: 'r1', fingerprint: 'f' };

const record: AppliedRecord = {
  ...head,
  appliedAt: time,
  objects: new Map([['device/board/1', { dictionary: digest }]]),
  retired: new Set(['worker/old']),
  force: 'because',
  canary: { device: 'board', job: null, outcome: 'put back', reason: 'bad' },
  upstream: { software: 'lava', release: '2023.01', unsupported: ['x'], templates: { base: digest } },
};
const intent: ApplyIntent = {
  ...head,
  startedAt: time,
  objects: new Map([
    [
      'device/one',
      { verb: 'create', fields: { tags: { before: null, after: digest, entries: [digest] } }, created: true },
    ],
  ]),
  parked: new Map([['device/one', 'Good']]),
  unproven: {
    device: 'one',
    objects: new Map([
      ['device/one', { isNew: false, fields: { tags: { before: ['any'], after: digest } } }],
    ]),
  },
};
const notes: DriftNotes = {
  seen: [{ key: 'device/one', field: null, digest: null, firstSeen: time }],
  putBack: [{ key: 'device/one', field: 'tags', first: time, last: time, times: 2 }],
};

const kinds = [
  { kind: 'record', text: recordToText(record), value: record, read: recordFromText },
  { kind: 'intent', text: intentToText(intent), value: intent, read: intentFromText },
  { kind: 'drift', text: driftNotesToText('main', notes), value: notes, read: driftNotesFromText },
] as const;

describe.each(kinds)('a stored $kind', ({ text, value, read }) => {
  it('is read as it was written', () => {
    expect(read(text, 'main', 'the file')).toEqual(value);
  });

  it('is rejected with a property that it never has', () => {
    let rejected = 0;
    for (const path of pathsIn(JSON.parse(text))) {
      const extra = changed(text, path, (object) => void (object['more'] = 1));
      if (!isOpen(path)) {
        expect(() => read(extra, 'main', 'the file'), JSON.stringify(path)).toThrow(/the file/);
        rejected += 1;
      }
    }
    expect(rejected).toBeGreaterThan(1);
  });

  it.each([
    ['not JSON', 'it is not JSON', (whole: string) => whole.slice(0, -3)],
    ['of another master', 'it belongs to the master "main"', (whole: string) => whole],
    [
      'of another version',
      '/version must be 1',
      (whole: string) => whole.replace('"version":1', '"version":2').replace('"version": 1', '"version": 2'),
    ],
    ['with another digest', 'must match', (whole: string) => whole.replaceAll(digest, 'a'.repeat(63))],
    ['with another key', 'must match', (whole: string) => whole.replaceAll('device/', 'thing/')],
    ['with another time', 'must match', (whole: string) => whole.replaceAll(time, '2026-11-30')],
    ['that is a list', 'must be an object', (whole: string) => `[${whole}]`],
  ])('%s is rejected', (name, why, change) => {
    const given = change(text);
    if (given === text && name !== 'of another master') return;
    const master = name === 'of another master' ? 'other' : 'main';
    expect(() => read(given, master, 'the file')).toThrow(why);
  });
});

it('names the place of what is wrong', () => {
  const broken = recordToText(record).replace(`"dictionary":"${digest}"`, '"dictionary":7');
  expect(() => recordFromText(broken, 'main', 'the file')).toThrow('/objects/0/1/dictionary must match');
});

/** Objects that may have any properties: their values are rejected instead, or may be anything. */
function isOpen(path: readonly (string | number)[]): boolean {
  return path.at(-1) === 'templates' || path.at(-1) === 'before';
}

type Json = Record<string | number, unknown>;

/** The paths of all objects in a value, from the outside. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = Array.isArray(value) ? [] : [path];
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, inner]) =>
      pathsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

function changed(text: string, path: readonly (string | number)[], change: (object: Json) => void): string {
  const value = JSON.parse(text) as Json;
  change(path.reduce((at, step) => at[step] as Json, value));
  return JSON.stringify(value);
}
