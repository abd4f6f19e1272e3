import { expect, test } from 'vitest';
import { readLogLine } from '../../../src/master/jobs/log-line.js';

test.each([
  ['a line of the target', '{"dt": "2026-01-01T00:00:00", "lvl": "target", "msg": "hello"}'],
  ['YAML that is no JSON', '{"dt": "2026-01-01T00:00:00", "lvl": "target", "msg": "\\x1b[0m\\e"}'],
  ['a message that is a mapping', '{"dt": "x", "lvl": "debug", "msg": {"a": 1}}'],
  ['an event', '{"dt": "x", "lvl": "event", "msg": "x"}'],
  [
    'a result without a case',
    '{"dt": "x", "lvl": "results", "msg": {"definition": "lava", "result": "pass"}}',
  ],
  ['a result of an unknown kind', resultLine({ result: 'maybe' })],
])('%s is text', (_what, line) => {
  expect(readLogLine(line)).toEqual({ kind: 'text' });
});

test('recognizes a marker', () => {
  const line = '{"dt": "x", "lvl": "marker", "msg": {"case": "a", "type": "start_test_case"}}';
  expect(readLogLine(line)).toEqual({ kind: 'marker' });
});

test.each(['hello', '[1, 2]', '{"lvl": "info"}', '{"msg": "x"}', '', '{', '"text"'])(
  '%j is not a log line',
  (line) => {
    expect(readLogLine(line)).toBeNull();
  },
);

test('returns everything that LAVA stores of a result', () => {
  const line = resultLine({
    measurement: 1.5,
    units: 'MB/s',
    set: 'network',
    starttc: 10,
    endtc: 20,
    error_type: 'Infrastructure',
    error_msg: 'no power',
  });
  expect(readLogLine(line)).toMatchObject({
    kind: 'result',
    case: {
      suite: '0_smoke',
      name: 'ping',
      result: 'pass',
      testSet: 'network',
      measurement: '1.5',
      units: 'MB/s',
      startLogLine: 10,
      endLogLine: 20,
      errorType: 'Infrastructure',
      errorMessage: 'no power',
    },
  });
});

test('accepts line numbers as strings, as LAVA writes them', () => {
  expect(readLogLine(resultLine({ starttc: '10', endtc: '20' }))).toMatchObject({
    case: { startLogLine: 10, endLogLine: 20 },
  });
});

test('limits the size of metadata', () => {
  const read = readLogLine(resultLine({ extra: 'x'.repeat(10_000), error_msg: 'y'.repeat(10_000) }));
  if (read?.kind !== 'result') throw new Error('a result was expected');
  expect(JSON.stringify(read.case.metadata).length).toBeLessThan(4096);
});

function resultLine(difference: Readonly<Record<string, unknown>>): string {
  const msg = { definition: '0_smoke', case: 'ping', result: 'pass', ...difference };
  return JSON.stringify({ dt: '2026-01-01T00:00:00', lvl: 'results', msg });
}
