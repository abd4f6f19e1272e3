import { expect, it } from 'vitest';
import { decodePayload, encodePayload, type MasterEvent } from '../../../../src/master/events/index.js';

it('decodes events as they were encoded', () => {
  const events: MasterEvent[] = [
    { kind: 'job', id: 7, worker: null },
    { kind: 'job', id: 8, worker: 'wörker' },
    { kind: 'device', hostname: 'd' },
    { kind: 'worker', hostname: 'w' },
    { kind: 'revision', revision: 'abc' },
    { kind: 'unknown' },
  ];
  expect(decodePayload(encodePayload({ origin: 'me', events }))).toEqual({ origin: 'me', events });
});

it('encodes events that do not fit into a notification as `unknown`', () => {
  const many = Array.from({ length: 500 }, (_, id): MasterEvent => ({ kind: 'job', id, worker: 'wörker' }));
  for (const events of [many, [{ kind: 'revision', revision: 'ä'.repeat(4000) } as const]]) {
    const text = encodePayload({ origin: 'me', events });
    expect(Buffer.byteLength(text)).toBeLessThan(8000);
    expect(decodePayload(text)).toEqual({ origin: 'me', events: [{ kind: 'unknown' }] });
  }
});

it.each([
  ['', '', 1],
  ['nonsense', '', 1],
  ['null', '', 1],
  ['[]', '', 1],
  ['{"origin": 1, "events": []}', '', 1],
  ['{"origin": "o", "events": {}}', '', 1],
  ['{"origin": "o", "events": [null]}', 'o', 1],
  [
    '{"origin": "o", "events": [{"kind": "lease", "id": 1}, {"kind": "job", "id": "1", "worker": null}]}',
    'o',
    2,
  ],
])('decodes %s, which this version does not understand, as `unknown`', (text, origin, count) => {
  expect(decodePayload(text)).toEqual({
    origin,
    events: Array.from({ length: count }, () => ({ kind: 'unknown' })),
  });
});
