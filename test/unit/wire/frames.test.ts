import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeControl, encodeControl, type ControlMessage } from '../../../src/wire/control.js';
import { decodeLog, encodeLog, maxLineBytes } from '../../../src/wire/log-line.js';

const text = fc.string({ unit: 'binary' });
const identifier = fc.stringMatching(/^[0-9a-f]{32}$/);
const jobId = fc.integer({ min: 0, max: 999_999_999_999_999 });
const message: fc.Arbitrary<ControlMessage> = fc.oneof(
  fc.record({
    action: fc.constantFrom('HELLO', 'HELLO_RETRY'),
    protocol: fc.nat(),
    version: fc.option(text),
    agent: fc.constant(null),
  }),
  fc.record({
    action: fc.constantFrom('HELLO', 'HELLO_RETRY'),
    protocol: fc.nat(),
    version: text,
    agent: fc.record({ instance: identifier, run: identifier }),
  }),
  fc.record({ action: fc.constant('REFUSED'), reason: text }),
  fc.record({ action: fc.constant('HELLO_OK'), acknowledgesLogs: fc.boolean() }),
  fc.record({ action: fc.constant('PING') }),
  fc.record({ action: fc.constant('PONG'), intervalS: fc.nat() }),
  fc.record({
    action: fc.constant('START'),
    jobId,
    definition: text,
    device: text,
    dispatcher: text,
    env: text,
    envDut: text,
  }),
  fc.record({ action: fc.constantFrom('START_OK', 'CANCEL', 'STATUS', 'END_OK'), jobId }),
  fc.record({ action: fc.constant('END'), jobId, errors: text, description: fc.uint8Array() }),
  fc.record({ action: fc.constant('LOG_OK'), jobId, lines: fc.nat() }),
);

function bytes(frames: readonly (string | Uint8Array)[]): Uint8Array[] {
  return frames.map((frame) => (typeof frame === 'string' ? new TextEncoder().encode(frame) : frame));
}

describe('control messages', () => {
  it('have texts of limited length', () => {
    const version = 'v'.repeat(1_000_000);
    const decoded = decodeControl(bytes(['HELLO', '3', version]));
    expect(decoded).toMatchObject({ ok: true, message: { version: 'v'.repeat(100) } });
    expect(decodeControl(bytes(['REFUSED', version]))).toMatchObject({
      ...{ ok: true, message: { reason: 'v'.repeat(2000) } },
    });
  });

  it('are unchanged after encoding and decoding', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeControl(bytes(encodeControl(sent)))).toEqual({ ok: true, message: sent });
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[ControlMessage, string[]]>([
    [{ action: 'HELLO', protocol: 3, version: '2020.05', agent: null }, ['HELLO', '3', '2020.05']],
    [
      {
        action: 'HELLO',
        protocol: 3,
        version: 'x',
        agent: { instance: 'a'.repeat(32), run: '0'.repeat(32) },
      },
      ['HELLO', '3', 'x', `${'a'.repeat(32)} ${'0'.repeat(32)}`],
    ],
    [{ action: 'HELLO_OK', acknowledgesLogs: false }, ['HELLO_OK']],
    [{ action: 'PONG', intervalS: 20 }, ['PONG', '20']],
    [
      { action: 'START', jobId: 7, definition: 'a', device: 'b', dispatcher: '', env: 'c', envDut: '' },
      ['START', '7', 'a', 'b', '', 'c', ''],
    ],
    [{ action: 'END_OK', jobId: 7 }, ['END_OK', '7']],
  ])('have the frames of protocol 3: %j', (sent, frames) => {
    expect(encodeControl(sent)).toEqual(frames);
  });

  it.each([
    [[]],
    [['']],
    [['NONSENSE']],
    [['constructor']],
    [['HELLO']],
    [['HELLO', 'three', '1']],
    [['HELLO', '3', '1', '2']],
    [['PING', '']],
    [['START', '1', '', '', '']],
    [['START', '-1', '', '', '', '', '']],
    [['START_OK', '1e3']],
    [['START_OK', '01']],
    [['START_OK', '9999999999999999999']],
    [['END', '1', '']],
    [['LOG_OK', '1', 'many']],
  ])('are refused, not thrown: %j', (frames) => {
    expect(decodeControl(bytes(frames))).toMatchObject({ ok: false });
  });

  it('of any bytes are decoded or refused with one short line', () => {
    const known = fc
      .constantFrom('HELLO', 'START', 'END', 'PONG', 'LOG_OK', 'CANCEL')
      .map((name) => Buffer.from(name));
    const frames = fc.tuple(fc.oneof(known, fc.uint8Array()), fc.array(fc.uint8Array(), { maxLength: 8 }));
    fc.assert(
      fc.property(frames, ([first, rest]) => {
        const decoded = decodeControl([first, ...rest]);
        if (!decoded.ok) expect(decoded.reason).toMatch(/^[^\n]{1,400}$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('log messages', () => {
  const line = text.filter((value) => !/[\n\r\0]/.test(value));

  it('are unchanged after encoding and decoding, numbered or not', () => {
    fc.assert(
      fc.property(fc.record({ jobId, line, index: fc.option(fc.nat()) }), (sent) => {
        expect(decodeLog(bytes(encodeLog(sent)))).toEqual({ ok: true, message: sent });
      }),
    );
  });

  it.each([
    ['two lines', Buffer.from('a\nb'), 'contains a line break'],
    ['not UTF-8', Uint8Array.of(0xff), 'not UTF-8'],
    ['too long', Buffer.alloc(maxLineBytes + 1, 'x'), `${maxLineBytes + 1} bytes`],
  ])('keep their index when the line cannot be stored: %s', (_, frame, why) => {
    const decoded = decodeLog(
      [Buffer.from('7'), frame, Buffer.from('3')],
      new Date('2026-01-02T03:04:05.678Z'),
    );
    expect(decoded).toMatchObject({ ok: true, message: { jobId: 7, index: 3 } });
    const stored = decoded.ok ? (JSON.parse(decoded.message.line) as { dt: string; msg: string }) : undefined;
    expect(stored?.msg).toContain(why);
    expect(stored?.dt).toBe('2026-01-02T03:04:05.678');
  });

  it('of any bytes are decoded or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { maxLength: 5 }), (frames) => {
        const decoded = decodeLog(frames);
        if (decoded.ok) expect(decoded.message.line).not.toMatch(/\n/);
      }),
    );
    expect(decodeLog(bytes(['x', 'line', '0']))).toMatchObject({ ok: false });
    expect(decodeLog(bytes(['1', 'line', 'x']))).toMatchObject({ ok: false });
    expect(decodeLog(bytes(['1', 'line', '0', ''])).ok).toBe(false);
  });
});
