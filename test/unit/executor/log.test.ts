import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dumpFlow, Float } from '../../../src/executor/log/flow-line.js';
import { JobLog } from '../../../src/executor/log/job-log.js';
import { TargetLines } from '../../../src/executor/log/target-lines.js';
import { formatDuration, formatTimestamp } from '../../../src/executor/log/timestamp.js';

describe('a log line', () => {
  it('equals the text that LAVA writes: every scalar in double quotes, keys sorted', () => {
    expect(dumpFlow({ b: 'x', a: [1, 2.5, true, null, new Float(3)] })).toBe(
      '{"a": [! "1", ! "2.5", ! "true", ! "null", ! "3.0"], "b": "x"}',
    );
  });

  it.each([
    ['quotes and backslashes', 'a "b" \\c', '"a \\"b\\" \\\\c"'],
    ['control characters', '\u001b[0m\t\u0001\r\n', '"\\e[0m\\t\\x01\\r\\n"'],
    ['beyond ASCII', 'é€😀', '"\\xE9\\u20AC\\U0001F600"'],
    ['half a character', 'a\ud800b', '"a\\uFFFDb"'],
  ])('escapes %s as PyYAML does', (_, text, expected) => {
    expect(dumpFlow(text)).toBe(expected);
    expect(parse(dumpFlow(text))).toBe(text.replace('\ud800', '\ufffd'));
  });

  it('has a time in UTC with microseconds', () => {
    expect(formatTimestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 6) + 0.789)).toBe('2026-01-02T03:04:05.006789');
    expect(formatDuration(3_723_400)).toBe('01:02:03');
  });
});

describe('the job log', () => {
  function open() {
    const lines: string[] = [];
    return {
      lines,
      log: new JobLog(
        (line) => lines.push(line),
        () => 0,
      ),
    };
  }

  it('replaces a line of a million characters', () => {
    const { lines, log } = open();
    log.append('target', 'x'.repeat(1_000_000));
    log.result({ definition: 'd', case: 'c', result: 'pass', note: 'x'.repeat(1_000_000) });
    expect(lines.every((line) => line.length < 300)).toBe(true);
    expect(lines[1]).toContain('"case": "c", "definition": "d", "result": "pass"');
  });

  it.each(['lava', 'LAVA', ' lava '])('does not accept a result of a test in the suite %j', (suite) => {
    const { lines, log } = open();
    log.result({ definition: suite, case: 'job', result: 'pass' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"lvl": "error"');
    log.ownResult({ case: 'job', result: 'fail' });
    expect(lines[1]).toContain('{"case": "job", "definition": "lava", "result": "fail"}');
  });

  it('reports the lines where a test case started and ended', () => {
    const { lines, log } = open();
    log.info('zero');
    log.info('one');
    log.mark('boot', 'start_test_case');
    log.info('two');
    log.mark('boot', 'end_test_case');
    log.result({ definition: 'd', case: 'boot', result: 'pass' });
    log.result({ definition: 'd', case: 'boot', result: 'pass' });
    expect(lines[3]).toContain('"endtc": ! "2"');
    expect(lines[3]).toContain('"starttc": ! "1"');
    expect(lines[4]).not.toContain('starttc');
  });
});

describe('console text as lines', () => {
  it('joins text that arrives in pieces, and drops carriage returns and escapes', () => {
    const lines: string[] = [];
    const target = new TargetLines((line) => lines.push(line));
    for (const piece of ['ab', 'c\r', '\n\n\n\u001b[1mx\nrest']) target.push(piece);
    expect(lines).toEqual(['abc', '[1mx']);
    target.flush();
    expect(lines.at(-1)).toBe('rest');
  });

  it('cuts a line that never ends', () => {
    const lines: string[] = [];
    const target = new TargetLines((line) => lines.push(line));
    for (let count = 0; count < 30; count += 1) target.push('x'.repeat(100_000));
    expect(lines.length).toBe(3);
  });
});
